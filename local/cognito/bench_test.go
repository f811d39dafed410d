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

// modExp is how long a modular exponentiation takes with a 3072-bit modulus and a
// 256-bit exponent. A sign-in over SRP needs two of them at least.
func modExp(b *testing.B) time.Duration {
	b.Helper()
	limit := new(big.Int).Lsh(big.NewInt(1), 3072)
	modulus, err := rand.Int(rand.Reader, limit)
	if err != nil {
		b.Fatal(err)
	}
	modulus.SetBit(modulus.SetBit(modulus, 3071, 1), 0, 1) // of full length, and odd like a prime
	base, err := rand.Int(rand.Reader, modulus)
	if err != nil {
		b.Fatal(err)
	}
	exponent, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 256))
	if err != nil {
		b.Fatal(err)
	}
	const times = 200
	began := time.Now()
	for range times {
		new(big.Int).Exp(base, exponent, modulus)
	}
	return time.Since(began) / times
}

// BenchmarkSignIn is what the server does for a sign-in over SRP: two requests,
// from reading them to the signed tokens. The client's own arithmetic is left out.
// floors is the ratio to the two modular exponentiations that nothing can avoid.
func BenchmarkSignIn(b *testing.B) {
	c := newCloud(b)
	c.register(email, password)
	client := newSRP(b)
	var served time.Duration
	for b.Loop() {
		var challenge struct{ ChallengeParameters map[string]string }
		began := time.Now()
		c.must(b, "InitiateAuth", map[string]any{
			"ClientId": c.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": map[string]string{"USERNAME": email, "SRP_A": client.A()},
		}, &challenge)
		served += time.Since(began)
		b.StopTimer()
		answers := c.answers(client, challenge.ChallengeParameters, password)
		b.StartTimer()
		var tokens struct{ AuthenticationResult struct{ AccessToken string } }
		began = time.Now()
		c.must(b, "RespondToAuthChallenge", map[string]any{"ClientId": c.client, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": answers}, &tokens)
		served += time.Since(began)
	}
	each := served / time.Duration(b.N)
	b.ReportMetric(float64(time.Second/each), "sign-ins/s")
	b.ReportMetric(float64(each)/float64(2*modExp(b)), "floors")
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
