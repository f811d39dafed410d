// Package local is the local cloud: an AWS endpoint on this machine for exactly
// the resource types that the stacks declare.
//
// It is one process with three listeners on loopback: the AWS endpoint, the site
// (CloudFront's edge) and the mailbox. What it does it does as AWS does; what it
// does not do it refuses (see [wire.Unimplemented]). The state is one file that
// survives the end of the process. It is for trying, testing and reviewing, not
// for production.
package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/cloudformation"
	"gatehouse/local/cognito"
	"gatehouse/local/edge"
	"gatehouse/local/mail"
	"gatehouse/local/recorded"
	"gatehouse/local/resource"
	"gatehouse/local/s3"
	"gatehouse/local/ssm"
	"gatehouse/local/store"
	"gatehouse/local/sts"
	"gatehouse/local/wire"
)

// The account and Region that the local cloud plays when none is set.
const (
	DefaultAccount = "000000000000"
	DefaultRegion  = "us-east-1"
)

// Options say what a local cloud is made of.
type Options struct {
	// StatePath is the file that holds the state. Empty: the state is temporary.
	StatePath string
	// The ports to listen on; 0 lets the system pick one.
	AWSPort, SitePort, MailPort int

	Account, Region string // empty: [DefaultAccount], [DefaultRegion]
	Now             func() time.Time
	Rand            io.Reader
	// OnEvent, if set, is told of every stack event as it happens.
	OnEvent func(cloudformation.Event)
}

// Cloud is a running local cloud.
type Cloud struct {
	db        *bbolt.DB
	servers   []*http.Server
	serving   sync.WaitGroup
	aws       *listener
	site      *listener
	mailbox   *listener
	closeOnce sync.Once
	closeErr  error
}

// Start starts a local cloud. It fails with an error that wraps [store.ErrInUse]
// when another process has the state, or with a [PortError].
func Start(o Options) (*Cloud, error) {
	if o.Account == "" {
		o.Account = DefaultAccount
	}
	if o.Region == "" {
		o.Region = DefaultRegion
	}
	c := &Cloud{}
	if err := c.start(o); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (c *Cloud) start(o Options) (err error) {
	if o.StatePath == "" {
		c.db, err = store.OpenTemporary()
	} else {
		c.db, err = store.Open(o.StatePath)
	}
	if err != nil {
		return err // before the ports: another cloud with the same state has those, too
	}
	for _, l := range []struct {
		into **listener
		name string
		port int
	}{{&c.aws, "AWS endpoint", o.AWSPort}, {&c.site, "site", o.SitePort}, {&c.mailbox, "mailbox", o.MailPort}} {
		if *l.into, err = listen(l.name, l.port); err != nil {
			return err
		}
	}
	services, err := c.newServices(o)
	if err != nil {
		return err
	}
	c.serve(c.aws, services.router())
	c.serve(c.site, services.edge)
	c.serve(c.mailbox, services.mail)
	return nil
}

// services are the parts of the AWS endpoint and its neighbours.
type services struct {
	mail           *mail.Service
	cognito        *cognito.Service
	s3             *s3.Service
	edge           *edge.Service
	ssm            *ssm.Service
	sts            http.Handler
	cloudformation *cloudformation.Service
}

// newServices makes every service and gives the deployment engine their resource types.
func (c *Cloud) newServices(o Options) (s services, err error) {
	if s.mail, err = mail.New(mail.Config{DB: c.db, Now: o.Now, Rand: o.Rand}); err != nil {
		return s, fmt.Errorf("starting the mailbox: %w", err)
	}
	if s.cognito, err = cognito.New(cognito.Config{
		DB: c.db, Account: o.Account, Region: o.Region, Now: o.Now, Rand: o.Rand, Mail: s.mail, Endpoint: c.AWSURL,
	}); err != nil {
		return s, fmt.Errorf("starting Cognito: %w", err)
	}
	if s.s3, err = s3.New(s3.Config{DB: c.db, Account: o.Account, Region: o.Region, Now: o.Now}); err != nil {
		return s, fmt.Errorf("starting S3: %w", err)
	}
	if s.edge, err = edge.New(edge.Config{
		DB: c.db, Objects: s.s3, Account: o.Account, Region: o.Region, Now: o.Now, Site: c.SiteURL,
	}); err != nil {
		return s, fmt.Errorf("starting the edge: %w", err)
	}
	s.ssm = ssm.New(c.db, o.Now)
	s.sts = sts.New(o.Account)

	var types []resource.Type
	for _, t := range [][]resource.Type{s.cognito.Resources(), s.s3.Resources(), s.edge.Resources(), s.ssm.Resources(), recorded.Types()} {
		types = append(types, t...)
	}
	if s.cloudformation, err = cloudformation.New(cloudformation.Config{
		DB: c.db, Types: types, Account: o.Account, Region: o.Region, Now: o.Now, Rand: o.Rand,
		Template: s.s3.Template, Parameter: s.ssm.Value, OnEvent: o.OnEvent,
	}); err != nil {
		return s, fmt.Errorf("starting CloudFormation: %w", err)
	}
	return s, bootstrap(s.cloudformation)
}

// serve answers requests on l until the cloud is closed.
func (c *Cloud) serve(l *listener, h http.Handler) {
	server := &http.Server{Handler: wire.LoopbackOnly(h), ReadHeaderTimeout: 10 * time.Second}
	c.servers = append(c.servers, server)
	for _, conn := range l.conns {
		c.serving.Go(func() { _ = server.Serve(conn) }) // always returns an error: that it was closed
	}
}

// AWSURL is the base URL of the AWS endpoint: http://localhost:4566.
func (c *Cloud) AWSURL() string { return c.aws.url() }

// SiteURL is the base URL of the site: http://localhost:8080.
func (c *Cloud) SiteURL() string { return c.site.url() }

// MailboxURL is the base URL of the mailbox: http://localhost:8025.
func (c *Cloud) MailboxURL() string { return c.mailbox.url() }

// Close stops listening at once, waits for the requests in work to be cut off, and
// closes the state. It may be called more than once.
func (c *Cloud) Close() error {
	c.closeOnce.Do(func() {
		for _, l := range []*listener{c.aws, c.site, c.mailbox} {
			c.closeErr = errors.Join(c.closeErr, l.close())
		}
		ctx, cancel := context.WithTimeout(context.Background(), drain)
		defer cancel()
		for _, s := range c.servers {
			if s.Shutdown(ctx) != nil { // somebody holds a connection, an open mailbox page say
				_ = s.Close()
			}
		}
		c.serving.Wait()
		if c.db != nil {
			c.closeErr = errors.Join(c.closeErr, c.db.Close())
		}
	})
	return c.closeErr
}

// drain is how long Close lets requests in work finish.
const drain = 300 * time.Millisecond

// PortError says that a port cannot be listened on.
type PortError struct {
	What string // AWS endpoint, site or mailbox
	Port int
	Err  error
}

func (e *PortError) Error() string {
	return fmt.Sprintf("listening on port %d for the %s: %v", e.Port, e.What, e.Err)
}

func (e *PortError) Unwrap() error { return e.Err }

// listener listens on the loopback addresses of both families: browsers and Node
// take "localhost" for either.
type listener struct {
	conns []net.Listener
	port  int
}

func listen(what string, port int) (*listener, error) {
	v4, err := listenOn("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, &PortError{what, port, err}
	}
	l := &listener{conns: []net.Listener{v4}, port: v4.Addr().(*net.TCPAddr).Port}
	v6, err := listenOn("tcp6", fmt.Sprintf("[::1]:%d", l.port))
	switch {
	case err == nil:
		l.conns = append(l.conns, v6)
	case isAddressInUse(err):
		_ = l.close()
		return nil, &PortError{what, l.port, err}
	}
	return l, nil // a machine without IPv6 needs no second listener
}

func listenOn(network, address string) (net.Listener, error) {
	return new(net.ListenConfig).Listen(context.Background(), network, address) // loopback needs no look-up that could hang
}

func (l *listener) url() string { return fmt.Sprintf("http://localhost:%d", l.port) }

func (l *listener) close() (err error) {
	if l == nil {
		return nil
	}
	for _, conn := range l.conns {
		if e := conn.Close(); e != nil && !errors.Is(e, net.ErrClosed) {
			err = errors.Join(err, e)
		}
	}
	return err
}
