package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

// waitNoise is printed by the jsii runtime, without a line end, in a race between
// its two waits for one child: the other has waited already. It means nothing. No
// other message of the runtime is dropped.
var waitNoise = []byte("Runtime process exited abnormally: waitid: no child processes")

// filterStderr passes on to w what is written to os.Stderr, but for [waitNoise].
// It is used while the jsii runtime is, which writes there directly. The returned
// function ends that and waits until all is written; os.Stderr takes nothing from
// then on, because the runtime's race may be lost after the last work is done.
func filterStderr(w io.Writer) (done func()) {
	r, pipe, err := os.Pipe()
	if err != nil {
		return func() {} // noise is better than silence
	}
	os.Stderr = pipe
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		copyWithout(w, r)
	}()
	return func() {
		_ = pipe.Close() // nothing is lost: what was written is in the pipe
		<-finished
	}
}

// copyWithout copies lines from r to w as they come, without [waitNoise].
func copyWithout(w io.Writer, r io.Reader) {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if clean := bytes.Replace(line, waitNoise, nil, 1); len(bytes.TrimSpace(clean)) > 0 || len(clean) == len(line) {
			_, _ = w.Write(clean) // there is no better place to report it to
		}
		if err != nil {
			return
		}
	}
}

var stackFrame = regexp.MustCompile(`(?m)^\s+at .*(\n|$)`)

// firstWords is what a panic says, without where in whose code.
func firstWords(panicked any) string {
	text := stackFrame.ReplaceAllString(fmt.Sprint(panicked), "")
	for _, prefix := range []string{"JsiiError: ", "@jsii/kernel.RuntimeError ", "@jsii/kernel.Fault ", "Error: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return strings.TrimSpace(text)
}
