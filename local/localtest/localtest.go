// Package localtest starts local clouds for tests.
package localtest

import (
	"crypto/rand"
	"testing"
	"time"

	"gatehouse/local"
)

// Start starts a local cloud with a state of its own on ports that the system
// picks. It ends with the test.
func Start(t testing.TB) *local.Cloud {
	t.Helper()
	return StartAt(t, "")
}

// StartAt is Start with the state in a file, which a later cloud can go on from.
func StartAt(t testing.TB, statePath string) *local.Cloud {
	t.Helper()
	cloud, err := local.Start(local.Options{StatePath: statePath, Now: time.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	return cloud
}
