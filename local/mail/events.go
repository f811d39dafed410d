package mail

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// events answers GET /events: a stream of server-sent events for the page.
//
//	event: messages   data: {"capacity": …, "messages": […]}: every message,
//	                  oldest first. The page starts over.
//	event: message    data: one new message
//
// A browser that lost the stream reconnects by itself and gets "messages" again,
// so it never misses anything, not even that the mailbox was wiped meanwhile.
func (s *Service) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	var seen place
	for first := true; ; first = false {
		fresh, now, changed := s.since(seen, first)
		var err error
		if first || now.cleared != seen.cleared {
			err = writeEvent(w, "messages", map[string]any{"capacity": Capacity, "messages": fresh})
		} else {
			for _, m := range fresh {
				if err = writeEvent(w, "message", m); err != nil {
					break
				}
			}
		}
		if err != nil || out.Flush() != nil {
			return // the page is gone
		}
		seen = now
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}

// place is how far a reader has read.
type place struct{ last, cleared uint64 }

// since returns the messages after seen, oldest first, or all if seen means
// nothing any more; and the place up to which that is.
func (s *Service) since(seen place, all bool) (fresh []Message, now place, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh = []Message{}
	for _, m := range s.messages {
		if all || seen.cleared != s.cleared || m.Sequence > seen.last {
			fresh = append(fresh, m.Message)
		}
	}
	return fresh, place{s.last, s.cleared}, s.changed
}

func writeEvent(w http.ResponseWriter, name string, v any) error {
	data, err := json.Marshal(v) // has no line breaks, which would end the event
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", name, data)
	return err
}
