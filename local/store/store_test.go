package store_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"gatehouse/local/store"
)

var words = store.NewTable[string]("test/words")

// TestMain makes this program one that holds a state file open, for those who need
// another process: it writes a word, says so, and writes on until it is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv("HOLD_THE_STATE"); path != "" {
		fmt.Println(hold(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func hold(path string) error {
	db, err := store.Open(path)
	for n := 0; err == nil; n++ {
		err = db.Update(func(tx *bbolt.Tx) error { return words.Put(tx, fmt.Sprintf("%06d", n), "kept") })
		fmt.Println(n)
	}
	return err
}

// holder starts another process that has a state file open.
func holder(t *testing.T, path string) (said *bufio.Reader, kill func()) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), "HOLD_THE_STATE="+path)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() {
		_ = cmd.Process.Kill() // it may have been killed already
		_ = cmd.Wait()         // it was killed
	}
	t.Cleanup(kill)
	return bufio.NewReader(stdout), kill
}

func open(t *testing.T, path string) *bbolt.DB {
	t.Helper()
	db, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func TestTheStateOfAKilledProcessIsAllThere(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "state.db")
	said, kill := holder(t, path)
	last := 0
	for last < 200 { // it has told of so many that are written
		line, err := said.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscan(line, &last); err != nil {
			t.Fatalf("it said %q", line)
		}
	}
	kill()
	if err := open(t, path).View(func(tx *bbolt.Tx) error {
		for n := range last + 1 {
			if word, found, err := words.Get(tx, fmt.Sprintf("%06d", n)); err != nil || !found || word != "kept" {
				t.Errorf("word %d of %d: %q, %t, %v", n, last, word, found, err)
			}
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

func TestAStateHasOneOwner(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	said, kill := holder(t, path)
	if _, err := said.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(path); !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v; want that %s is in use", err, path)
	}
	if err := store.Forget(path); !errors.Is(err, store.ErrInUse) {
		t.Errorf("got %v; want that what is in use is not forgotten", err)
	}
	kill()
	open(t, path) // the end of the process frees it
}

func TestForget(t *testing.T) {
	t.Parallel()
	whole := filepath.Join(t.TempDir(), "state.db")
	if err := os.WriteFile(whole, written(t), 0o600); err != nil {
		t.Fatal(err)
	}
	damaged := filepath.Join(t.TempDir(), "state.db")
	if err := os.WriteFile(damaged, []byte("no state"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"a state": whole, "a damaged one": damaged, "none": filepath.Join(t.TempDir(), "state.db"),
	} {
		if err := store.Forget(path); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: the file is there: %v", name, err)
		}
	}
}

// written is a state file with some hundred pages.
func written(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state.db")
	db, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 100 {
		if err := db.Update(func(tx *bbolt.Tx) error { return words.Put(tx, fmt.Sprint(n), strings.Repeat("word ", 1000)) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestADamagedStateIsSaidToBe(t *testing.T) {
	t.Parallel()
	data := written(t)
	page := os.Getpagesize()
	for name, damage := range map[string]func(data []byte) []byte{
		"it is something else":           func([]byte) []byte { return []byte("no state") },
		"its first pages are not there":  func(data []byte) []byte { return slices.Concat(make([]byte, 2*page), data[2*page:]) },
		"its last pages were not synced": func(data []byte) []byte { return slices.Concat(data[:2*page], make([]byte, len(data)-2*page)) },
		"another version wrote it": func(data []byte) []byte {
			const version = 16 + 4 // after the page's header and the magic number
			for at := version; at < 2*page; at += page {
				binary.NativeEndian.PutUint32(data[at:], 99)
			}
			return data
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "state.db")
			if err := os.WriteFile(path, damage(slices.Clone(data)), 0o600); err != nil {
				t.Fatal(err)
			}
			db, err := store.Open(path)
			if err == nil {
				_ = db.Close()
			}
			if !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v; want that %s is damaged", err, path)
			}
		})
	}
}

func TestAStateThatEndsEarlyIsDamagedWhereverItEnds(t *testing.T) {
	t.Parallel()
	data := written(t)
	path := filepath.Join(t.TempDir(), "state.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	var size int
	if err := open(t, path).View(func(tx *bbolt.Tx) error { size = int(tx.Size()); return nil }); err != nil {
		t.Fatal(err)
	}
	for end := os.Getpagesize(); end < size; end += os.Getpagesize() {
		path := filepath.Join(t.TempDir(), "state.db")
		if err := os.WriteFile(path, data[:end], 0o600); err != nil {
			t.Fatal(err)
		}
		if db, err := store.Open(path); !errors.Is(err, store.ErrDamaged) {
			t.Fatalf("after %d of %d bytes: got %v, %v; want that it is damaged", end, size, db, err)
		}
	}
}

func TestAnEmptyFileIsAnEmptyState(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open(t, path)
}

func TestAFileThatMayNotBeReadIsNotDamaged(t *testing.T) {
	t.Parallel()
	path := t.TempDir() // a folder is a file that nobody may read, root included
	_, err := store.Open(path)
	if err == nil || errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v; want what is wrong with %s", err, path)
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	db, err := store.OpenTemporary()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // nothing outlives it
	list := func(tx *bbolt.Tx, prefix, start string) (found string) {
		if err := words.EachFrom(tx, prefix, start, func(key, value string) error { found += key + "=" + value + " "; return nil }); err != nil {
			t.Fatal(err)
		}
		return found
	}
	if err := db.View(func(tx *bbolt.Tx) error {
		if got := list(tx, "", ""); got != "" {
			t.Errorf("a table that was never written to holds %q", got)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Update(func(tx *bbolt.Tx) error {
		for _, key := range []string{"b/2", "a/1", "b/1", "b/3", "c"} {
			if err := words.Put(tx, key, strings.ToUpper(key)); err != nil {
				return err
			}
		}
		for _, tc := range []struct{ prefix, start, want string }{
			{"", "", "a/1=A/1 b/1=B/1 b/2=B/2 b/3=B/3 c=C "},
			{"b/", "b/", "b/1=B/1 b/2=B/2 b/3=B/3 "},
			{"b/", "b/11", "b/2=B/2 b/3=B/3 "},
			{"d", "d", ""},
		} {
			if got := list(tx, tc.prefix, tc.start); got != tc.want {
				t.Errorf("from %q with %q: got %q; want %q", tc.start, tc.prefix, got, tc.want)
			}
		}
		if err := errors.Join(words.DeletePrefix(tx, "b/"), words.Delete(tx, "c"), words.Delete(tx, "none")); err != nil {
			return err
		}
		if got, want := list(tx, "", ""), "a/1=A/1 "; got != want {
			t.Errorf("after deletions: got %q; want %q", got, want)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	enough := errors.New("enough")
	if err := db.View(func(tx *bbolt.Tx) error { return words.Each(tx, "", func(string, string) error { return enough }) }); !errors.Is(err, enough) {
		t.Errorf("got %v; want the visitor's own error", err)
	}
	numbers := store.NewTable[int]("test/words") // as a version before might have had it
	if err := db.View(func(tx *bbolt.Tx) error { _, _, err := numbers.Get(tx, "a/1"); return err }); err == nil || !strings.Contains(err.Error(), `test/words "a/1"`) {
		t.Errorf("got %v; want the place of a value that cannot be read", err)
	}
}
