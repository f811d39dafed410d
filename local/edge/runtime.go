package edge

import (
	"errors"
	"fmt"
	"time"

	"github.com/dop251/goja"
)

// functionTime is how long a function may run. CloudFront allows about a millisecond
// of processor time; a busy development machine is given more.
const functionTime = 500 * time.Millisecond

// functionStack is how deep calls may nest.
const functionStack = 500

// prelude makes a new runtime CloudFront's: no code from text, and a console, whose
// lines CloudFront writes to a log that the local cloud does not keep.
var prelude = goja.MustCompile("prelude", `
(function () {
	const forbidden = function () { throw new TypeError("Code generation from strings disallowed for this context"); };
	for (const f of [function () {}, async function () {}, function* () {}])
		Object.defineProperty(Object.getPrototypeOf(f), "constructor", { value: forbidden });
	forbidden.prototype = Function.prototype;
	globalThis.Function = forbidden;
	delete globalThis.eval;
	const silent = function () {};
	globalThis.console = { log: silent, error: silent, warn: silent, info: silent, debug: silent };
})();
`, true)

// lookup finds the handler, also one that is a const.
var lookup = goja.MustCompile("lookup", `typeof handler === "function" ? handler : undefined`, true)

// failure is a function that did not do its work.
type failure struct {
	// kind is FunctionExecutionError (it threw, ran too long, is no function) or
	// FunctionValidationError (what it returned is not valid).
	kind  string
	cause error
}

func (f *failure) Error() string { return f.cause.Error() }

func executionError(err error) error  { return &failure{"FunctionExecutionError", err} }
func validationError(err error) error { return &failure{"FunctionValidationError", err} }

// run calls a function's handler with an event, both as JSON. Every call has a new
// runtime: nothing that a function keeps in its globals reaches the next request.
func (s *Service) run(program *goja.Program, event []byte) ([]byte, error) {
	vm := goja.New()
	vm.SetMaxCallStackSize(functionStack)
	vm.SetTimeSource(s.Now)
	timer := time.AfterFunc(functionTime, func() { vm.Interrupt("it ran for too long") })
	defer timer.Stop()
	result, err := call(vm, program, event)
	if err != nil {
		if interrupted, ok := errors.AsType[*goja.InterruptedError](err); ok {
			err = fmt.Errorf("%v", interrupted.Value())
		}
		return nil, executionError(err)
	}
	return result, nil
}

func call(vm *goja.Runtime, program *goja.Program, event []byte) ([]byte, error) {
	if _, err := vm.RunProgram(prelude); err != nil {
		return nil, err
	}
	json := vm.Get("JSON").ToObject(vm)
	parse, _ := goja.AssertFunction(json.Get("parse"))
	stringify, _ := goja.AssertFunction(json.Get("stringify"))
	if _, err := vm.RunProgram(program); err != nil {
		return nil, err
	}
	found, err := vm.RunProgram(lookup)
	if err != nil {
		return nil, err
	}
	handler, ok := goja.AssertFunction(found)
	if !ok {
		return nil, errors.New("it has no function called handler")
	}
	argument, err := parse(goja.Undefined(), vm.ToValue(string(event)))
	if err != nil {
		return nil, err
	}
	result, err := handler(goja.Undefined(), argument)
	if err != nil {
		return nil, err
	}
	if result, err = settle(result); err != nil {
		return nil, err
	}
	text, err := stringify(goja.Undefined(), result)
	if err != nil {
		return nil, err
	}
	if goja.IsUndefined(text) {
		return []byte("null"), nil
	}
	return []byte(text.String()), nil
}

// settle is what an async handler's promise came to. Nothing happens after the call
// (there are no timers and no network), so one still pending never settles.
func settle(v goja.Value) (goja.Value, error) {
	promise, ok := v.Export().(*goja.Promise)
	if !ok {
		return v, nil
	}
	switch promise.State() {
	case goja.PromiseStateFulfilled:
		return promise.Result(), nil
	case goja.PromiseStateRejected:
		return nil, fmt.Errorf("%v", promise.Result())
	default:
		return nil, errors.New("its promise never settles")
	}
}
