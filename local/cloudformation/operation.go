package cloudformation

// operation is what is being done to a stack. Together with its steps it is a
// journal: it is written before anything happens, so that an operation which
// fails, or whose process is killed, can be undone exactly. It is removed when
// the stack has come to a state from which nothing is left to undo.
type operation struct {
	Kind        operationKind
	Phase       phase
	Target      deployment
	ChangeSetID string
	Token       string // the caller's ClientRequestToken

	DisableRollback      bool
	DeleteOnFailure      bool // OnFailure DELETE: a failed create removes the stack, too
	RetainExceptOnCreate bool
	Retain               []string // DeleteStack's RetainResources

	// Garbage are physical resources that must go once the outcome is certain:
	// the old ones after an update, the new ones after its rollback.
	Garbage []stackResource
}

type operationKind string

const (
	createKind operationKind = "create"
	updateKind operationKind = "update"
	deleteKind operationKind = "delete"
)

// phase is how far an operation has come.
type phase string

const (
	forwardPhase         phase = "forward"
	stoppedPhase         phase = "stopped" // failed, and the caller wanted no rollback yet
	rollbackPhase        phase = "rollback"
	cleanupPhase         phase = "cleanup"          // after success
	rollbackCleanupPhase phase = "rollback cleanup" // after a rollback
	deletePhase          phase = "delete"
)

// step is what an operation does to one resource. It is written before the
// resource's handler is called and again after; rolling back takes steps away
// from the end. Old is nil for a resource that was not there. An Old and a New
// with different physical ids are a replacement.
type step struct {
	Number int
	Old    *stackResource
	New    stackResource
	Token  string // names the attempt to create New
	Done   bool
}

// creates reports whether the step makes a new physical resource.
func (s step) creates() bool { return s.Old == nil || s.Old.PhysicalID != s.New.PhysicalID }
