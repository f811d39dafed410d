// Package resource is the contract between the deployment engine of the local
// cloud (local/cloudformation) and the services that own resource types.
//
// A service describes each of its types as a [Type]. The engine resolves
// intrinsics, orders the work, keeps the state and rolls back; a [Handler] does
// one thing to one resource and returns when it is done.
package resource

import "context"

// Properties are a resource's properties as the template gives them, with every
// intrinsic resolved: strings, bools, float64s (json numbers), []any, map[string]any.
// CloudFormation passes scalars as they were written, so a handler accepts
// "true" for true and "8" for 8.
type Properties map[string]any

// Type is a CloudFormation resource type.
type Type struct {
	// Name is the type's name: AWS::Cognito::UserPool.
	Name string
	// Properties are the top-level properties that the local cloud implements.
	// The engine refuses a template that holds any other, naming it.
	Properties []string
	// CreateOnly are the properties whose change replaces the resource. Source:
	// createOnlyProperties in the CloudFormation registry schema.
	CreateOnly []string
	// Attributes are the names that Fn::GetAtt accepts. The engine refuses any
	// other before it changes anything; nil means that it cannot tell.
	Attributes []string
	// TagProperty names the property that holds the resource's own tags, a list
	// of Key and Value or a map. Empty: Tags, when Properties has it; otherwise
	// the type takes no tags and those of the stack are not offered to it.
	TagProperty string
	// Recorded marks a type that means nothing locally (an IAM role): the engine
	// accepts and lists it, and the handler only makes up its identifiers.
	Recorded bool
	// Handler carries the type out.
	Handler Handler
}

// Request is one resource in one stack.
type Request struct {
	Account, Region string
	StackID         string // the stack's ARN
	StackName       string
	LogicalID       string
	PhysicalID      string     // empty in Create
	Properties      Properties // what the template wants; in Delete, what it last was
	Old             Properties // in Update: what the resource was made with
	// Tags are the stack's tags and, over them, the resource's own.
	Tags map[string]string
	// Token names this attempt to create the resource. [Recoverer] sees it again
	// when the process was killed during the attempt.
	Token string
}

// Result is what a template can refer to.
type Result struct {
	PhysicalID string         // the value of Ref
	Attributes map[string]any // the values of Fn::GetAtt, nested names with dots
}

// Handler creates, updates and deletes resources of one type. It works
// synchronously and must leave nothing behind when it fails. An error's text is
// shown to the user as the event's ResourceStatusReason, so it is worded as AWS
// words it.
type Handler interface {
	Create(ctx context.Context, r Request) (Result, error)
	// Update changes the resource in place. It is never called when a
	// CreateOnly property differs: the engine replaces the resource then.
	// Rolling back calls it with the roles of Properties and Old exchanged.
	Update(ctx context.Context, r Request) (Result, error)
	// Delete removes the resource. A resource that is already gone is no error.
	Delete(ctx context.Context, r Request) error
}

// Recoverer is implemented by a Handler whose Create can leave something behind
// when the process is killed before the engine has noted the result. When it
// starts again, the engine calls Recover with the Request that Create was given
// (PhysicalID is empty) and Recover removes what that attempt made, if anything.
// A resource with the same name that another attempt made stays: r.Token tells
// them apart.
type Recoverer interface {
	Recover(ctx context.Context, r Request) error
}

// KnownAfterApply stands, in the properties that a [Validator] sees, for a string
// that is known only once the stack is deployed, such as the id of a resource
// still to be created. It may stand where a list or an object belongs, too.
const KnownAfterApply = "{{changeSet:KNOWN_AFTER_APPLY}}"

// Validator is implemented by a Handler that can tell, before anything is
// changed, that AWS would refuse the properties or that the local cloud does not
// implement one (a nested unknown property, say). The engine calls it for every
// resource when a change set is created, with [KnownAfterApply] for what cannot
// be known by then, and again before the resource is created or updated.
type Validator interface {
	Validate(p Properties) error
}
