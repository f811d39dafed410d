package cognito

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/cognito/srp"
	"gatehouse/local/resource"
	"gatehouse/local/store"
	"gatehouse/local/wire"
)

// The tables. A key starts with the id of the pool and a slash, except the keys of
// poolTable, clientTable and domainTable, which are ids themselves.
var (
	poolTable   = store.NewTable[pool]("cognito/pools")
	clientTable = store.NewTable[client]("cognito/clients")
	domainTable = store.NewTable[domain]("cognito/domains")
	userTable   = store.NewTable[user]("cognito/users")   // pool/sub
	nameTable   = store.NewTable[string]("cognito/names") // pool/what one signs in with, see pool.canonical → sub

	sessionTable   = newExpiring[session]("cognito/sessions")    // pool/sub/id
	challengeTable = newExpiring[struct{}]("cognito/challenges") // pool/id of a challenge that was answered
	codeTable      = newExpiring[string]("cognito/codes")        // pool/sub/purpose
	lockoutTable   = newExpiring[lockout]("cognito/lockouts")    // pool/sub
	limitTable     = newExpiring[int]("cognito/limits")          // pool/sub/operation
)

// pool is a user pool.
type pool struct {
	ID, Name          string
	Created, Modified time.Time
	Token             string              // the attempt that created it, see resource.Request
	Template          resource.Properties // as the template declared it last
	Settings          poolSettings        // what follows from that, see resource_user_pool.go
	Schema            schema
	Domain            string           // prefix of its domain; "" if it has none
	Groups            map[string]group // by name
	Secret            []byte           // keys for whatever only this service has to read again
	IDKey, AccessKey  signingKey
}

// group is a group of users. Members carry its ID, not its name: a group that is
// deleted and made again has no members.
type group struct {
	ID, Name, Description, RoleARN string
	Precedence                     *int
	Token                          string
}

// domain is where a pool serves its verification links.
type domain struct {
	PoolID string
	Token  string
}

// user is a person who signed up.
type user struct {
	Sub, Username     string
	Status            string
	Created, Modified time.Time
	Attributes        map[string]string // all but sub
	// PendingEmail is the address that replaces the email attribute once it is verified.
	PendingEmail string           `json:",omitempty"`
	Password     srp.Credential   // of the password in use
	Earlier      []srp.Credential `json:",omitempty"` // of those before it, newest first
	Groups       []string         `json:",omitempty"` // ids of groups
	SignOuts     int              `json:",omitempty"` // how often GlobalSignOut was called: older sessions are over
}

// The states of a user.
const (
	statusUnconfirmed = "UNCONFIRMED"
	statusConfirmed   = "CONFIRMED"
)

// load fills the maps at start-up.
func (s *Service) load() error {
	return s.DB.View(func(tx *bbolt.Tx) error {
		err := poolTable.Each(tx, "", func(_ string, p pool) error {
			if err := p.parseKeys(); err != nil {
				return fmt.Errorf("the keys of %s: %w", p.ID, err)
			}
			s.remember(&p)
			return nil
		})
		if err != nil {
			return err
		}
		return clientTable.Each(tx, "", func(id string, c client) error {
			s.clients[id] = &c
			return nil
		})
	})
}

func (s *Service) remember(p *pool) {
	s.pools[p.ID] = p
	s.keys[p.AccessKey.ID] = p
}

// poolByID returns a pool. The caller must not change it.
func (s *Service) poolByID(id string) (*pool, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, ok := s.pools[id]
	if !ok {
		return nil, wire.BadRequest("ResourceNotFoundException", "User pool %s does not exist.", id)
	}
	return p, nil
}

// hasPool tells whether a pool exists.
func (s *Service) hasPool(id string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.pools[id] != nil
}

// clientByID returns a client and its pool. The caller must not change them.
func (s *Service) clientByID(id string) (*pool, *client, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, ok := s.clients[id]
	if !ok {
		return nil, nil, wire.BadRequest("ResourceNotFoundException", "User pool client %s does not exist.", id)
	}
	return s.pools[c.PoolID], c, nil
}

// changePool lets change alter a copy of the pool, stores it and makes it current.
func (s *Service) changePool(id string, change func(tx *bbolt.Tx, p *pool) error) (*pool, error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	current, err := s.poolByID(id)
	if err != nil {
		return nil, err
	}
	p := *current
	p.Groups = maps.Clone(p.Groups)
	p.Schema = maps.Clone(p.Schema)
	err = s.DB.Update(func(tx *bbolt.Tx) error {
		if err := change(tx, &p); err != nil {
			return err
		}
		return poolTable.Put(tx, p.ID, p)
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remember(&p)
	return &p, nil
}

// name is the part of the pool's id after "_", which SRP calls the pool's name.
func (p *pool) name() string {
	_, name, _ := strings.Cut(p.ID, "_")
	return name
}

// canonical is the form in which two names are the same name to this pool.
func (p *pool) canonical(name string) string {
	if p.Settings.CaseSensitive {
		return name
	}
	return strings.ToLower(name)
}

// find returns the user who signs in with name: the user name or, in a pool of
// e-mail user names, the address.
func (p *pool) find(tx *bbolt.Tx, name string) (u user, found bool, err error) {
	sub, found, err := nameTable.Get(tx, p.ID+"/"+p.canonical(name))
	if err != nil || !found {
		return u, false, err
	}
	return userTable.Get(tx, p.ID+"/"+sub)
}

// put stores a user who has changed.
func (p *pool) put(tx *bbolt.Tx, u user) error {
	return userTable.Put(tx, p.ID+"/"+u.Sub, u)
}

// reserve makes name one that u signs in with.
func (p *pool) reserve(tx *bbolt.Tx, name string, u user) error {
	return nameTable.Put(tx, p.ID+"/"+p.canonical(name), u.Sub)
}

// release makes name free if it is u's.
func (p *pool) release(tx *bbolt.Tx, name string, u user) error {
	key := p.ID + "/" + p.canonical(name)
	if owner, found, err := nameTable.Get(tx, key); err != nil || !found || owner != u.Sub {
		return err
	}
	return nameTable.Delete(tx, key)
}

// remove deletes a user and every name.
func (p *pool) remove(tx *bbolt.Tx, u user) error {
	for _, name := range []string{u.Username, u.Attributes["email"]} {
		if err := p.release(tx, name, u); err != nil {
			return err
		}
	}
	return userTable.Delete(tx, p.ID+"/"+u.Sub)
}

// groupsOf are the groups that u is in, by precedence and name.
func (p *pool) groupsOf(u user) []group {
	return sortedGroups(p.Groups, u.Groups)
}
