package local_test

import (
	"crypto/rand"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"gatehouse/local"
)

// BenchmarkReady measures a local cloud from nothing to the first answer, with a new
// state and with one that an earlier run left:
//
//	go test -run '^$' -bench Ready ./local
func BenchmarkReady(b *testing.B) {
	for _, bench := range []struct {
		name string
		keep bool
	}{{"new", false}, {"again", true}} {
		b.Run(bench.name, func(b *testing.B) {
			dir := b.TempDir()
			path := filepath.Join(dir, "state.db")
			ready(b, path)
			for i := 0; b.Loop(); i++ {
				if !bench.keep {
					path = filepath.Join(dir, time.Now().Format("150405.000000000")+".db")
				}
				ready(b, path)
			}
		})
	}
}

// ready starts a local cloud, asks it something and closes it.
func ready(b *testing.B, path string) {
	b.Helper()
	cloud, err := local.Start(local.Options{StatePath: path, Now: time.Now, Rand: rand.Reader})
	if err != nil {
		b.Fatal(err)
	}
	resp, err := http.Get(cloud.MailboxURL())
	if err != nil {
		b.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		b.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		b.Fatal(resp.Status)
	}
	b.StopTimer()
	if err := cloud.Close(); err != nil {
		b.Fatal(err)
	}
	b.StartTimer()
}
