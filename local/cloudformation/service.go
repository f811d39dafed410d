package cloudformation

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/resource"
	"gatehouse/local/wire"
)

// Config is what the service is made of. All of it is needed but OnEvent.
type Config struct {
	DB              *bbolt.DB
	Types           []resource.Type
	Account, Region string
	Now             func() time.Time
	Rand            io.Reader
	// Template fetches what a TemplateURL names.
	Template func(ctx context.Context, url string) ([]byte, error)
	// Parameter looks a value up in the Parameter Store, by name or name:version.
	Parameter func(ctx context.Context, name string) (string, error)
	// OnEvent is told of every stack event as it happens; it must return soon.
	OnEvent func(Event)
}

// Service is the CloudFormation API.
type Service struct {
	config Config
	types  map[string]resource.Type
	query  wire.QueryService

	clock    sync.Mutex
	lastTick time.Time
}

// namespace is the XML namespace of CloudFormation's answers.
const namespace = "http://cloudformation.amazonaws.com/doc/2010-05-15/"

// New makes the service. Before it returns, it brings the stacks that a killed
// process left in the middle of an operation to a stable state: what had been begun,
// a deployment, a rollback or a deletion, goes on to its end.
func New(config Config) (*Service, error) {
	s := &Service{config: config, types: make(map[string]resource.Type, len(config.Types))}
	for _, t := range config.Types {
		if _, twice := s.types[t.Name]; twice {
			return nil, fmt.Errorf("registering the resource type %s: it is registered already", t.Name)
		}
		s.types[t.Name] = t
	}
	s.query = wire.QueryService{Namespace: namespace, Actions: s.actions()}
	if err := s.forgetLongDeleted(); err != nil {
		return nil, fmt.Errorf("forgetting long deleted stacks: %w", err)
	}
	if err := s.recover(context.Background()); err != nil {
		return nil, fmt.Errorf("recovering interrupted stack operations: %w", err)
	}
	return s, nil
}

func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.query.ServeHTTP(w, r) }

// actions are the operations of the API that the local cloud has.
func (s *Service) actions() map[string]wire.QueryAction {
	return map[string]wire.QueryAction{
		"ContinueUpdateRollback":      wire.Query(s.continueUpdateRollback),
		"CreateChangeSet":             wire.Query(s.createChangeSet),
		"CreateStack":                 wire.Query(s.createStack),
		"DeleteChangeSet":             wire.Query(s.deleteChangeSet),
		"DeleteStack":                 wire.Query(s.deleteStack),
		"DescribeChangeSet":           wire.Query(s.describeChangeSet),
		"DescribeStackEvents":         wire.Query(s.describeStackEvents),
		"DescribeStackResource":       wire.Query(s.describeStackResource),
		"DescribeStackResources":      wire.Query(s.describeStackResources),
		"DescribeStacks":              wire.Query(s.describeStacks),
		"ExecuteChangeSet":            wire.Query(s.executeChangeSet),
		"GetTemplate":                 wire.Query(s.getTemplate),
		"GetTemplateSummary":          wire.Query(s.getTemplateSummary),
		"ListChangeSets":              wire.Query(s.listChangeSets),
		"ListExports":                 wire.Query(s.listExports),
		"ListImports":                 wire.Query(s.listImports),
		"ListStackResources":          wire.Query(s.listStackResources),
		"ListStacks":                  wire.Query(s.listStacks),
		"RollbackStack":               wire.Query(s.rollbackStack),
		"UpdateStack":                 wire.Query(s.updateStack),
		"UpdateTerminationProtection": wire.Query(s.updateTerminationProtection),
		"ValidateTemplate":            wire.Query(s.validateTemplate),
	}
}

// tick is the time now, always later than the tick before: clients order events
// by time, in milliseconds.
func (s *Service) tick() time.Time {
	s.clock.Lock()
	defer s.clock.Unlock()
	now := s.config.Now().UTC().Truncate(time.Millisecond)
	if earliest := s.lastTick.Add(time.Millisecond); now.Before(earliest) {
		now = earliest
	}
	s.lastTick = now
	return now
}

// newID makes a random UUID.
func (s *Service) newID() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(s.config.Rand, b[:]); err != nil {
		return "", fmt.Errorf("reading randomness: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80 // version 4, RFC 9562
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:], nil
}

// arn is an ARN of CloudFormation's: of kind "stack" or "changeSet".
func (s *Service) arn(kind, name, id string) string {
	p, _ := partition(s.config.Region)
	return fmt.Sprintf("arn:%s:cloudformation:%s:%s:%s/%s/%s", p, s.config.Region, s.config.Account, kind, name, id)
}

// handler is the handler of a type that a stack has. A stack made by another
// version of the local cloud may have one that there is not.
func (s *Service) handler(name string) (resource.Handler, error) {
	t, ok := s.types[name]
	if !ok {
		return nil, fmt.Errorf("the local cloud has no resource type %s any more", name)
	}
	return t.Handler, nil
}

// guard calls a handler and turns a panic of its into an error: whatever happens
// to one resource, its stack must come to a stable state.
func guard(call func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.Join(err, fmt.Errorf("internal failure: %v", p))
		}
	}()
	return call()
}
