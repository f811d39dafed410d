package edge

import (
	"reflect"
	"regexp"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
	"github.com/dop251/goja/token"

	"gatehouse/local/wire"
)

// importStatement finds what is only valid in a module, which goja does not parse:
// `import cf from 'cloudfront'`, with which a function reaches key value stores.
var importStatement = regexp.MustCompile(`(?m)^\s*import\b`)

// compile turns a function's code into a program, in strict mode as CloudFront runs
// it. It refuses what is no JavaScript, and what the runtime cloudfront-js-2.0 is not
// documented to understand or the local cloud does not offer, instead of running on
// one machine what would fail on the other. Source: the CloudFront developer guide,
// "JavaScript runtime 2.0 features for CloudFront Functions".
func compile(name, code string) (*goja.Program, error) {
	if importStatement.MatchString(code) {
		return nil, wire.Unimplemented("import in the function " + name)
	}
	tree, err := parser.ParseFile(nil, name, code, 0, parser.WithDisableSourceMaps)
	if err != nil {
		return nil, invalidCode(name, err)
	}
	if found := unsupported(reflect.ValueOf(tree.Body)); found != "" {
		return nil, wire.Unimplemented(found + " in the function " + name + ": CloudFront's runtime 2.0 is not documented to have it, or the local cloud lacks it")
	}
	program, err := goja.CompileAST(tree, true)
	if err != nil {
		return nil, invalidCode(name, err)
	}
	return program, nil
}

func invalidCode(name string, err error) error {
	return wire.BadRequest("InvalidArgument", "The code of the function %s is invalid: %s", name, strings.TrimSpace(err.Error()))
}

// missingGlobals are globals that CloudFront has and the local cloud has not.
var missingGlobals = map[string]bool{
	"require": true, "Buffer": true, "atob": true, "btoa": true, "TextEncoder": true, "TextDecoder": true, "process": true, "ngx": true,
}

// unsupported walks a syntax tree and names the first thing that is not to be used.
func unsupported(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return ""
		}
		if found := unsupportedNode(v.Interface()); found != "" {
			return found
		}
		return unsupported(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			if found := unsupported(v.Index(i)); found != "" {
				return found
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			// DeclarationList repeats declarations that are elsewhere in the tree.
			if field := v.Type().Field(i); field.IsExported() && field.Name != "DeclarationList" && field.Name != "File" {
				if found := unsupported(v.Field(i)); found != "" {
					return found
				}
			}
		}
	}
	return ""
}

func unsupportedNode(node any) string {
	switch n := node.(type) {
	case *ast.ClassLiteral, *ast.ClassDeclaration:
		return "class"
	case *ast.ForOfStatement:
		return "for-of"
	case *ast.ObjectPattern, *ast.ArrayPattern:
		return "destructuring"
	case *ast.SpreadElement:
		return "spread (...)"
	case *ast.YieldExpression:
		return "yield"
	case *ast.OptionalChain, *ast.Optional:
		return "optional chaining (?.)"
	case *ast.FunctionLiteral:
		if n.Generator {
			return "a generator"
		}
		return defaultParameter(n.ParameterList)
	case *ast.ArrowFunctionLiteral:
		if n.Async {
			return "an async arrow function"
		}
		return defaultParameter(n.ParameterList)
	case *ast.BinaryExpression:
		if n.Operator == token.COALESCE {
			return "??"
		}
	case *ast.AssignExpression:
		if n.Operator == token.COALESCE {
			return "??="
		}
	case *ast.Identifier:
		if missingGlobals[n.Name.String()] {
			return n.Name.String()
		}
	}
	return ""
}

func defaultParameter(list *ast.ParameterList) string {
	if list == nil {
		return ""
	}
	for _, p := range list.List {
		if p.Initializer != nil {
			return "a default parameter"
		}
	}
	return ""
}
