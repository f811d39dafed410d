package console_test

import (
	"bytes"
	"testing"
	"time"

	"gatehouse/internal/console"
)

func TestWithoutATerminalEachTaskIsTwoPlainLines(t *testing.T) {
	t.Parallel()
	clock := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var out bytes.Buffer
	c := console.New(&out, func(string) string { return "" }, func() time.Time { return clock })

	install := c.Start("Installing packages")
	install.Detail("not shown")
	clock = clock.Add(1500 * time.Millisecond)
	install.Done("312 packages")
	build := c.Start("Building the site")
	build.Fail()
	c.Println(c.Bold("bold only on a terminal"))
	c.Close()

	want := "  … Installing packages\n" +
		"  ✓ Installing packages             1.5 s  312 packages\n" +
		"  … Building the site\n" +
		"  ✗ Building the site               0.0 s\n" +
		"bold only on a terminal\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestAPatientConsoleShowsOnlyWhatTakesLong(t *testing.T) {
	t.Parallel()
	clock := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var out bytes.Buffer
	c := console.New(&out, func(string) string { return "" }, func() time.Time { return clock })
	c.Patience = time.Second

	c.Start("Quick").Done("")
	slow := c.Start("Slow")
	clock = clock.Add(2 * time.Second)
	slow.Done("")

	if want := "  ✓ Slow                            2.0 s\n"; out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
