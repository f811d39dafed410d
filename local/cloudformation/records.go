package cloudformation

import (
	"strings"
	"time"

	"gatehouse/local/resource"
	"gatehouse/local/store"
)

// The tables of the state file. Keys of resources and events start with the
// stack's ARN and a slash.
var (
	stacks     = store.NewTable[stack]("cloudformation/stacks")            // by ARN
	names      = store.NewTable[string]("cloudformation/names")            // ARNs of stacks that are not deleted, by name
	resources  = store.NewTable[stackResource]("cloudformation/resources") // by ARN/logical id
	events     = store.NewTable[Event]("cloudformation/events")            // by ARN/time
	operations = store.NewTable[operation]("cloudformation/operations")    // by ARN of the stack
	steps      = store.NewTable[step]("cloudformation/steps")              // by ARN/number
	changeSets = store.NewTable[changeSet]("cloudformation/changesets")    // by ARN
)

// stack is a stack as it is between operations. What an operation is about to
// make of it stands in its [operation].
type stack struct {
	ID, Name              string
	Status, StatusReason  string
	CreationTime          time.Time
	LastUpdatedTime       time.Time
	DeletionTime          time.Time
	TerminationProtection bool
	DisableRollback       bool
	ChangeSetID           string
	NotificationARNs      []string
	// Succeeded: Live was deployed with success. Otherwise it is what the create
	// that is under way, or that failed, was to deploy.
	Succeeded bool
	Live      deployment
}

// deployment is what a caller asks a stack to be, and what came of it.
type deployment struct {
	Template     string // as submitted
	Description  string
	Parameters   []parameter
	Tags         []tag
	Capabilities []string
	RoleARN      string
	Outputs      []output
	Imports      []string // names of the exports of other stacks that this one uses
}

type tag struct {
	Key   string
	Value string
}

type output struct {
	Key, Value, Description string
	ExportName              string // empty: not exported
}

// stackResource is a resource of a stack.
type stackResource struct {
	LogicalID  string
	Type       string
	PhysicalID string // empty: it was never created
	Properties resource.Properties
	// Shown is Properties with the values of NoEcho parameters masked; nil when
	// there are none.
	Shown               resource.Properties
	Attributes          map[string]any
	Tags                map[string]string
	Metadata            any
	DeletionPolicy      string
	UpdateReplacePolicy string
	Needs               []string // resources that must be deleted after this one
	Status              string
	StatusReason        string
	Time                time.Time // of the last change of Status
}

// shown are the properties for answers and events.
func (r stackResource) shown() resource.Properties {
	if r.Shown != nil {
		return r.Shown
	}
	return r.Properties
}

// exists reports whether the resource was created.
func (r stackResource) exists() bool { return r.PhysicalID != "" }

// Event is one line in the history of a stack.
type Event struct {
	ID         string
	StackID    string
	StackName  string
	LogicalID  string // the stack's name, when the event is about the stack
	PhysicalID string
	Type       string // AWS::Cognito::UserPool; AWS::CloudFormation::Stack for the stack itself
	Status     string // CREATE_IN_PROGRESS
	Reason     string // why, in words for people; often empty
	Properties string // of the resource, as JSON; empty for stacks
	Token      string // the caller's ClientRequestToken
	Time       time.Time
}

// stackType is the type that a stack has as a resource.
const stackType = "AWS::CloudFormation::Stack"

// The statuses of stacks.
const (
	reviewInProgress                        = "REVIEW_IN_PROGRESS"
	createInProgress                        = "CREATE_IN_PROGRESS"
	createComplete                          = "CREATE_COMPLETE"
	createFailed                            = "CREATE_FAILED"
	rollbackInProgress                      = "ROLLBACK_IN_PROGRESS"
	rollbackComplete                        = "ROLLBACK_COMPLETE"
	rollbackFailed                          = "ROLLBACK_FAILED"
	updateInProgress                        = "UPDATE_IN_PROGRESS"
	updateCompleteCleanupInProgress         = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
	updateComplete                          = "UPDATE_COMPLETE"
	updateFailed                            = "UPDATE_FAILED"
	updateRollbackInProgress                = "UPDATE_ROLLBACK_IN_PROGRESS"
	updateRollbackCompleteCleanupInProgress = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
	updateRollbackComplete                  = "UPDATE_ROLLBACK_COMPLETE"
	updateRollbackFailed                    = "UPDATE_ROLLBACK_FAILED"
	deleteInProgress                        = "DELETE_IN_PROGRESS"
	deleteComplete                          = "DELETE_COMPLETE"
	deleteFailed                            = "DELETE_FAILED"
	deleteSkipped                           = "DELETE_SKIPPED" // of resources only
)

// inProgress reports whether an operation is under way in a stack of this status.
func inProgress(status string) bool {
	return strings.HasSuffix(status, "_IN_PROGRESS") && status != reviewInProgress
}
