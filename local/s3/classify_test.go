package s3

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// TestRequestsAreToldApartAtTheSameTime: the table of the kinds of requests is shared
// and must not be written to; the race detector looks.
func TestRequestsAreToldApartAtTheSameTime(t *testing.T) {
	t.Parallel()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for _, kind := range requestKinds {
				r := httptest.NewRequest(kind.method, "/bucket/key?"+kind.must, http.NoBody)
				key := ""
				if kind.object {
					key = "key"
				}
				if got, err := classify(r, "bucket", key); err != nil || got != kind.operation {
					t.Errorf("%s ?%s: got %v, %v; want %v", kind.method, kind.must, got, err, kind.operation)
				}
			}
		})
	}
	group.Wait()
}
