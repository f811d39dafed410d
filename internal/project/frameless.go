package project

import (
	"bytes"
	"io"
)

// frameless passes on whole lines of what a tool prints, without stack traces.
type frameless struct {
	to   io.Writer
	rest []byte // a line that has not ended yet
}

func (f *frameless) Write(data []byte) (int, error) {
	f.rest = append(f.rest, data...)
	for {
		line, rest, whole := bytes.Cut(f.rest, []byte("\n"))
		if !whole {
			return len(data), nil
		}
		f.rest = rest
		if frame.Match(line) {
			continue
		}
		if _, err := f.to.Write(append(bytes.Clone(line), '\n')); err != nil {
			return 0, err
		}
	}
}

// flush passes on a last line that has no end.
func (f *frameless) flush() {
	if len(f.rest) > 0 && !frame.Match(f.rest) {
		_, _ = f.to.Write(f.rest) // the tool has ended; nobody is left to tell
	}
	f.rest = nil
}
