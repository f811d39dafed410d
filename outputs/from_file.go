package outputs

import (
	"encoding/json"
	"fmt"
	"os"

	"gatehouse/config"
)

// FromFile reads the outputs of the environment cfg from a file that
// cdk deploy --outputs-file wrote: {"shop-prod-auth": {"UserPoolId": "…"}, …}.
// Its error is a [*MissingError] if a stack or an output is not in the file.
func FromFile(path string, cfg config.Config) (Outputs, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Outputs{}, fmt.Errorf("reading outputs: %w", err)
	}
	return parseFile(path, data, cfg)
}

// parseFile is FromFile for data already in memory; name is only used in messages.
func parseFile(name string, data []byte, cfg config.Config) (Outputs, error) {
	var stacks map[string]json.RawMessage // other stacks' outputs may be anything
	if err := json.Unmarshal(data, &stacks); err != nil {
		return Outputs{}, fmt.Errorf("%s: want the JSON that cdk deploy --outputs-file writes: %w", name, err)
	}
	return read(cfg, func(stack string) (stackOutputs, error) {
		raw, ok := stacks[stack]
		if !ok {
			return stackOutputs{}, missing(cfg, name+": there is no stack "+stack)
		}
		out := stackOutputs{place: name + ": stack " + stack}
		var values map[string]any
		if err := json.Unmarshal(raw, &values); err != nil {
			return stackOutputs{}, fmt.Errorf("%s: want an object of outputs: %w", out.place, err)
		}
		out.values = map[string]string{}
		for key, value := range values {
			text, ok := value.(string)
			if !ok {
				return stackOutputs{}, fmt.Errorf("%s: output %s: want a string; got %v", out.place, key, value)
			}
			out.values[key] = text
		}
		return out, nil
	})
}
