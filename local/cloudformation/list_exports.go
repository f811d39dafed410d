package cloudformation

import (
	"cmp"
	"context"
	"slices"
)

type nextTokenInput struct {
	NextToken *string
}

type listExportsOutput struct {
	Exports []export
}

type export struct {
	ExportingStackId string
	Name             string
	Value            *string
}

// listExports is the ListExports operation: by name, on one page.
func (s *Service) listExports(_ context.Context, in nextTokenInput) (out listExportsOutput, err error) {
	if in.NextToken != nil {
		return out, errNextToken
	}
	out.Exports = []export{}
	err = s.eachDeployed(func(st stack) error {
		for _, o := range st.Live.Outputs {
			if o.ExportName != "" {
				out.Exports = append(out.Exports, export{st.ID, o.ExportName, &o.Value})
			}
		}
		return nil
	})
	slices.SortFunc(out.Exports, func(a, b export) int { return cmp.Compare(a.Name, b.Name) })
	return out, err
}

type listImportsInput struct {
	ExportName string
	NextToken  *string
}

type listImportsOutput struct {
	Imports []string
}

// listImports is the ListImports operation: the names of the stacks that use an
// export, on one page.
func (s *Service) listImports(_ context.Context, in listImportsInput) (out listImportsOutput, err error) {
	if in.NextToken != nil {
		return out, errNextToken
	}
	if out.Imports, err = s.importers(stack{}, in.ExportName); err == nil && len(out.Imports) == 0 {
		err = invalid("Export '%s' is not imported by any stack.", in.ExportName)
	}
	return out, err
}
