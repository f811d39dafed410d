// Package cloudformation is the deployment engine of the local cloud: the AWS
// CloudFormation API for the CDK command line and the AWS SDKs.
//
// What may be relied on:
//
//   - An operation has ended when its request is answered. Clients that poll find
//     the final status at their first look.
//   - A deployment succeeds as a whole or leaves the stack exactly as it was:
//     resources, parameters, outputs, exports. This holds when the process is
//     killed half-way, too: [New] finishes the job.
//   - Templates are checked before anything is changed, down to the properties of
//     each resource, as far as they are known by then.
//   - A change set tells of every property that will change or may change.
//   - What is not implemented is refused with [wire.Unimplemented]; nothing that a
//     request or a template says is ignored. DIFFERENCES.md lists what AWS does
//     that this package does not, and what it does in its own way.
//
// # How it works
//
// A template's text becomes a template (decode.go, template.go), and with
// parameters, conditions and rules a blueprint (blueprint.go) whose resources are
// in order (graph.go). Intrinsic functions are computed in a scope (scope.go,
// intrinsics.go), which knows either what there is or, while planning, what there
// will be. plan.go compares a blueprint with a stack; that is a change set.
// engine*.go carries it out through the handlers of the resource types, one
// resource after the other in a fixed order. Each step is written into a journal
// (operation.go) before it is taken and after, so that it can be taken back
// (engine_rollback.go), also by another process (recover.go). The operations of the
// API are in the files named after them.
package cloudformation
