package project

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain makes this program one that runs a tool, for those who ask for it.
func TestMain(m *testing.M) {
	if dir := os.Getenv("RUN_A_TOOL_IN"); dir != "" {
		p := Project{Dir: dir, Environ: os.Environ(), Output: os.Stdout}
		fmt.Println(p.run(context.Background(), "tool", "waiting", "sh", "-c", "echo $$; exec sleep 1000"))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func TestAToolEndsWhenGatehouseIsKilled(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	gatehouse := exec.CommandContext(t.Context(), self)
	gatehouse.Env = append(os.Environ(), "RUN_A_TOOL_IN="+t.TempDir())
	stdout, err := gatehouse.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := gatehouse.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	tool, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("the tool printed %q; want its process id", line)
	}
	if err := gatehouse.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = gatehouse.Wait() // it was killed
	wantEnded(t, tool)
}

func TestToolsAreStoppedWithAllThatTheyStarted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	reader, writer := io.Pipe()
	p := Project{Dir: t.TempDir(), Environ: os.Environ(), Output: writer}
	ended := make(chan error, 1)
	go func() { ended <- p.run(ctx, "tool", "working", "sh", "-c", "sleep 1000 & echo $!; wait") }()
	var child int
	if _, err := fmt.Fscan(reader, &child); err != nil {
		t.Fatal(err)
	}
	stop := errors.New("stop")
	cancel(stop)
	if err := <-ended; !errors.Is(err, stop) {
		t.Errorf("got %v; want why it was stopped", err)
	}
	wantEnded(t, child)
}

// wantEnded wants a process to end.
func wantEnded(t *testing.T, pid int) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for syscall.Kill(pid, 0) == nil && !isZombie(pid) {
		select {
		case <-deadline:
			_ = syscall.Kill(pid, syscall.SIGKILL)
			t.Fatal("it goes on")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// isZombie is whether a process has ended and nobody has asked how: where no init
// process is, nobody asks an orphan.
func isZombie(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(stat), ") Z ")
}
