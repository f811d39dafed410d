package cognito_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"runtime"
	"testing"
	"time"
)

// must posts to an operation without a network and decodes the answer.
func (c *cloud) must(b *testing.B, operation string, in any, out any) {
	b.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		b.Fatal(err)
	}
	got := c.post(b, operation, body)
	if got.Code != http.StatusOK {
		b.Fatalf("%s: %s", operation, got.Body)
	}
	if err := json.Unmarshal(got.Body.Bytes(), out); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkSignIn is what the server does for a sign-in over SRP: two requests,
// from reading them to the signed tokens. The client's own arithmetic is left out.
// floors is the ratio to the two modular exponentiations, with a 3072-bit modulus
// and 256-bit exponents, that nothing can avoid; both are timed in turn, so that a
// busy machine slows them alike.
func BenchmarkSignIn(b *testing.B) {
	c := newCloud(b)
	c.register(email, password)
	client := newSRP(b)
	modulus, base, exponent := randomOdd(b, 3072), randomOdd(b, 3071), randomOdd(b, 256)
	var served, floor time.Duration
	for b.Loop() {
		var challenge struct{ ChallengeParameters map[string]string }
		began := time.Now()
		c.must(b, "InitiateAuth", map[string]any{
			"ClientId": c.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": map[string]string{"USERNAME": email, "SRP_A": client.A()},
		}, &challenge)
		served += time.Since(began)
		answers := c.answers(client, challenge.ChallengeParameters, password)
		var tokens struct{ AuthenticationResult struct{ AccessToken string } }
		began = time.Now()
		c.must(b, "RespondToAuthChallenge", map[string]any{"ClientId": c.client, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": answers}, &tokens)
		served += time.Since(began)
		began = time.Now()
		for range 2 {
			new(big.Int).Exp(base, exponent, modulus)
		}
		floor += time.Since(began)
	}
	b.ReportMetric(float64(served.Nanoseconds())/float64(b.N), "ns/op")
	b.ReportMetric(float64(b.N)/served.Seconds(), "sign-ins/s")
	b.ReportMetric(float64(served)/float64(floor), "floors")
}

// randomOdd is an odd number of exactly so many bits.
func randomOdd(b *testing.B, bits int) *big.Int {
	b.Helper()
	i, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), uint(bits)))
	if err != nil {
		b.Fatal(err)
	}
	return i.SetBit(i.SetBit(i, bits-1, 1), 0, 1)
}

func (c *cloud) signUps(b *testing.B, from, n int) {
	b.Helper()
	for i := range n {
		var out struct{ UserSub string }
		c.must(b, "SignUp", map[string]string{"ClientId": c.client, "Username": fmt.Sprintf("user%d@example.com", from+i), "Password": password}, &out)
	}
}

func BenchmarkSignUp(b *testing.B) {
	c := newCloud(b)
	n := 0
	for b.Loop() {
		c.signUps(b, n, 1)
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "sign-ups/s")
}

// BenchmarkPool is what creating a pool costs: two RSA keys.
func BenchmarkPool(b *testing.B) {
	c := newEmptyCloud(b)
	for b.Loop() {
		c.create(typePool, gatehousePool())
	}
}

// BenchmarkMemory signs up 100,000 users and reports by how much the heap has
// grown since there was none, and how much state there is on disk.
func BenchmarkMemory(b *testing.B) {
	const users = 100_000
	for b.Loop() {
		c := newCloud(b)
		before := heap()
		c.mail.drop = true // the mailbox is another service's memory
		c.signUps(b, 0, users)
		b.ReportMetric(float64(heap()-before)/(1<<20), "heap-MiB")
		tx, err := c.db.Begin(false)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(tx.Size())/(1<<20), "disk-MiB")
		if err := tx.Rollback(); err != nil {
			b.Fatal(err)
		}
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse)
}
