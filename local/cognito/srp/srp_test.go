package srp

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"
)

type vector struct {
	Name        string `json:"name"`
	PoolName    string `json:"pool_name"`
	UserID      string `json:"user_id_for_srp"`
	Password    string `json:"password"`
	Salt        string `json:"salt_hex"`
	PrivateA    string `json:"a_hex"`
	PrivateB    string `json:"b_hex"`
	SecretBlock string `json:"secret_block_base64"`
	Timestamp   string `json:"timestamp"`
	Expect      struct {
		X         string `json:"x_hex"`
		Verifier  string `json:"verifier_hex"`
		A         string `json:"srp_a_hex"`
		B         string `json:"srp_b_hex"`
		U         string `json:"u_hex"`
		S         string `json:"s_hex"`
		Key       string `json:"hkdf_key_hex"`
		Signature string `json:"signature_base64"`
	} `json:"expect"`
}

type vectors struct {
	N          string   `json:"n_hex"`
	K          string   `json:"k_hex"`
	Vectors    []vector `json:"vectors"`
	MustRefuse []struct {
		Name            string `json:"name"`
		PoolName        string `json:"pool_name"`
		UserID          string `json:"user_id_for_srp"`
		A               string `json:"srp_a_hex"`
		PrivateB        string `json:"b_hex"`
		Verifier        string `json:"verifier_hex"`
		B               string `json:"srp_b_hex"`
		SecretBlock     string `json:"secret_block_base64"`
		Timestamp       string `json:"timestamp"`
		ForgedSignature string `json:"forged_signature_base64"`
	} `json:"must_refuse"`
	Pad []struct {
		In  string `json:"in_hex"`
		Out string `json:"out_hex"`
	} `json:"pad_hex"`
}

func readVectors(t *testing.T) vectors {
	t.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Vectors) != 7 || len(v.MustRefuse) != 3 || len(v.Pad) != 6 {
		t.Fatalf("read %d vectors, %d forgeries and %d paddings, want 7, 3 and 6", len(v.Vectors), len(v.MustRefuse), len(v.Pad))
	}
	return v
}

func number(t *testing.T, digits string) *big.Int {
	t.Helper()
	i, ok := new(big.Int).SetString(digits, 16)
	if !ok {
		t.Fatalf("%q is not hexadecimal", digits)
	}
	return i
}

func decode(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestVectors(t *testing.T) {
	t.Parallel()
	all := readVectors(t)
	if got := n.Text(16); got != all.N {
		t.Errorf("N = %s\nwant %s", got, all.N)
	}
	if got := k.Text(16); got != all.K {
		t.Errorf("k = %s\nwant %s", got, all.K)
	}
	for _, v := range all.Vectors {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			salt, a, b := number(t, v.Salt), number(t, v.PrivateA), number(t, v.PrivateB)
			x := privateKey(salt, v.PoolName, v.UserID, v.Password)
			credential := Credential{Salt: salt.Bytes(), Verifier: verifier(x).Bytes()}
			client := newClient(a)
			publicB := serverPublic(b, verifier(x))
			challenge := Challenge{Private: b.Bytes(), Public: publicB.Bytes()}
			secret := serverSecret(client.public, b, publicB, verifier(x))
			block := decode(t, v.SecretBlock)
			signed, err := client.Sign(v.PoolName, v.UserID, v.Password, credential.SaltHex(), Hex(challenge.Public), v.SecretBlock, v.Timestamp)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct{ name, got, want string }{
				{"x", x.Text(16), v.Expect.X},
				{"verifier", Hex(credential.Verifier), v.Expect.Verifier},
				{"SALT", credential.SaltHex(), v.Salt},
				{"SRP_A", client.A(), v.Expect.A},
				{"SRP_B", Hex(challenge.Public), v.Expect.B},
				{"u", scrambler(client.public, publicB).Text(16), v.Expect.U},
				{"S of the server", secret.Text(16), v.Expect.S},
				{"S of the client", client.secret(x, publicB).Text(16), v.Expect.S},
				{"key", hex.EncodeToString(sessionKey(secret, client.public, publicB)), v.Expect.Key},
				{"signature", signed, v.Expect.Signature},
			} {
				if c.got != c.want {
					t.Errorf("%s\ngot  %s\nwant %s", c.name, c.got, c.want)
				}
			}
			claim := Claim{PoolName: v.PoolName, UserID: v.UserID, A: client.public, SecretBlock: block, Timestamp: v.Timestamp, Signature: decode(t, v.Expect.Signature)}
			if !challenge.Verify(credential.Verifier, claim) {
				t.Error("the right proof is refused")
			}
			if !credential.Matches(v.PoolName, v.UserID, v.Password) {
				t.Error("the right password does not match")
			}
			if credential.Matches(v.PoolName, v.UserID, v.Password+"x") {
				t.Error("a wrong password matches")
			}
		})
	}
}

// TestForgeriesAreRefused plays back proofs that are right for A = 0 mod N and
// need no password: a server without the check accepts each of them.
func TestForgeriesAreRefused(t *testing.T) {
	t.Parallel()
	for _, f := range readVectors(t).MustRefuse {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			if a, err := ParsePublic(f.A); err == nil {
				t.Errorf("ParsePublic accepted %s", a.Text(16))
			}
			// The forgery is a good one: without the check it would get in.
			zero := number(t, f.A)
			key, err := hkdf.Key(sha256.New, []byte{0}, Pad(scrambler(zero, number(t, f.B))), keyInfo, keyBytes)
			if err != nil {
				t.Fatal(err)
			}
			if got := signature(key, f.PoolName, f.UserID, decode(t, f.SecretBlock), f.Timestamp); !bytes.Equal(got, decode(t, f.ForgedSignature)) {
				t.Error("the vector's forged signature is not the one of S = 0")
			}
		})
	}
}

func TestPad(t *testing.T) {
	t.Parallel()
	for _, p := range readVectors(t).Pad {
		if got := hex.EncodeToString(Pad(number(t, p.In))); got != p.Out {
			t.Errorf("Pad(%s) = %s, want %s", p.In, got, p.Out)
		}
	}
}

func TestParsePublic(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		in   string
		want error
	}{
		"one is a number of the group":        {"1", nil},
		"upper case is taken":                 {"AbCdEf", nil},
		"768 digits are taken":                {strings.Repeat("a", 768), nil},
		"769 digits are too many":             {strings.Repeat("a", 769), errTooLong},
		"a million digits are too many":       {strings.Repeat("f", 1_000_000), errTooLong},
		"769 digits are too many, even zeros": {strings.Repeat("0", 768) + "1", errTooLong},
		"nothing is no number":                {"", errNotHex},
		"a sign is no digit":                  {"-1", errNotHex},
		"a plus is no digit":                  {"+1", errNotHex},
		"an underscore is no digit":           {"1_0", errNotHex},
		"a prefix is no digit":                {"0x10", errNotHex},
		"a space is no digit":                 {" 1", errNotHex},
		"zero is refused":                     {"0", errZeroModN},
		"zero is refused, however long":       {strings.Repeat("0", 768), errZeroModN},
		"N is refused":                        {n.Text(16), errZeroModN},
	} {
		if _, err := ParsePublic(tc.in); !errors.Is(err, tc.want) {
			t.Errorf("%s: got %v, want %v", name, err, tc.want)
		}
	}
}

func TestVerifyRefusesWhatWasAltered(t *testing.T) {
	t.Parallel()
	const pool, user, password = "Ab1cD2eF3", "3f1c2b6e-8a01-70d4-5b9e-0c6f7e2d1a90", "Correct-Horse-9!"
	credential, err := NewCredential(rand.Reader, pool, user, password)
	if err != nil {
		t.Fatal(err)
	}
	challenge, err := NewChallenge(rand.Reader, credential.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	client, err := NewClient(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	stamp := FormatTimestamp(time.Date(2026, 4, 5, 22, 42, 34, 0, time.UTC))
	block := []byte("secret block")
	sign := func(password string) []byte {
		s, err := client.Sign(pool, user, password, credential.SaltHex(), Hex(challenge.Public), base64.StdEncoding.EncodeToString(block), stamp)
		if err != nil {
			t.Fatal(err)
		}
		return decode(t, s)
	}
	right := Claim{PoolName: pool, UserID: user, A: client.public, SecretBlock: block, Timestamp: stamp, Signature: sign(password)}
	if !challenge.Verify(credential.Verifier, right) {
		t.Fatal("the right proof is refused")
	}
	for name, alter := range map[string]func(c *Claim){
		"another password":        func(c *Claim) { c.Signature = sign("Correct-Horse-9?") },
		"another pool":            func(c *Claim) { c.PoolName = "Ab1cD2eF4" },
		"another user":            func(c *Claim) { c.UserID = "3f1c2b6e-8a01-70d4-5b9e-0c6f7e2d1a91" },
		"another A":               func(c *Claim) { c.A = new(big.Int).Add(c.A, big.NewInt(1)) },
		"another secret block":    func(c *Claim) { c.SecretBlock = []byte("secret blocK") },
		"another time":            func(c *Claim) { c.Timestamp = "Sun Apr 5 22:42:35 UTC 2026" },
		"one bit of the proof":    func(c *Claim) { c.Signature = bytes.Clone(c.Signature); c.Signature[31] ^= 1 },
		"a proof cut short":       func(c *Claim) { c.Signature = c.Signature[:31] },
		"an empty proof":          func(c *Claim) { c.Signature = nil },
		"the boundary of the ids": func(c *Claim) { c.PoolName, c.UserID = pool+"3", user[1:]+"x" },
	} {
		claim := right
		alter(&claim)
		if challenge.Verify(credential.Verifier, claim) {
			t.Errorf("%s: accepted", name)
		}
	}
	other, err := NewChallenge(rand.Reader, credential.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	if other.Verify(credential.Verifier, right) {
		t.Error("a proof is accepted for another challenge")
	}
}

func TestCanonicalTimestamp(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		in, want string // want "": refused
	}{
		"the clients' form":               {"Wed Apr 5 22:42:34 UTC 2017", "Wed Apr 5 22:42:34 UTC 2017"},
		"two digits":                      {"Tue Dec 31 23:59:59 UTC 2024", "Tue Dec 31 23:59:59 UTC 2024"},
		"a padded day is signed unpadded": {"Wed Apr 05 22:42:34 UTC 2017", "Wed Apr 5 22:42:34 UTC 2017"},
		"a wrong weekday is put right":    {"Mon Apr 5 22:42:34 UTC 2017", "Wed Apr 5 22:42:34 UTC 2017"},
		"an offset is refused":            {"Wed Apr 5 22:42:34 +05:30 2017", ""},
		"another zone is refused":         {"Wed Apr 5 22:42:34 PST 2017", ""},
		"another language is refused":     {"mer. avr. 5 22:42:34 UTC 2017", ""},
		"no zone is refused":              {"Wed Apr 5 22:42:34 2017", ""},
		"another form is refused":         {"2017-04-05T22:42:34Z", ""},
		"nothing is refused":              {"", ""},
	} {
		got, err := CanonicalTimestamp(tc.in)
		if got != tc.want || (err == nil) != (tc.want != "") {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, tc.want)
		}
	}
}

func FuzzParsePublic(f *testing.F) {
	for _, seed := range []string{"", "0", "1", "-1", "0x1", "1_000", n.Text(16), strings.Repeat("f", 769), "ÿ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParsePublic(s)
		if err != nil {
			return
		}
		if a.Sign() <= 0 || a.BitLen() > 4*maxPublicDigits || new(big.Int).Mod(a, n).Sign() == 0 {
			t.Errorf("accepted %q as %s", s, a)
		}
		if got := strings.TrimLeft(strings.ToLower(s), "0"); got != a.Text(16) {
			t.Errorf("%q was read as %s", s, a.Text(16))
		}
	})
}

func FuzzCanonicalTimestamp(f *testing.F) {
	for _, seed := range []string{"Wed Apr 5 22:42:34 UTC 2017", "Wed Apr 05 22:42:34 GMT 2017", "Wed Apr 5 22:42:34 +05:30 2017", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		canonical, err := CanonicalTimestamp(s)
		if err != nil {
			return
		}
		if again, err := CanonicalTimestamp(canonical); err != nil || again != canonical {
			t.Errorf("the canonical form of %q is not stable: %q, then %q, %v", s, canonical, again, err)
		}
	})
}

func TestExpG(t *testing.T) {
	t.Parallel()
	all256 := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1))
	exponents := []*big.Int{big.NewInt(0), big.NewInt(1), big.NewInt(2), all256, new(big.Int).Lsh(big.NewInt(1), 255), new(big.Int).Lsh(big.NewInt(1), 256)}
	for range 50 {
		e, err := randomInt(rand.Reader, 32)
		if err != nil {
			t.Fatal(err)
		}
		exponents = append(exponents, e)
	}
	for _, e := range exponents {
		if got, want := expG(e), new(big.Int).Exp(g, e, n); got.Cmp(want) != 0 {
			t.Errorf("g^%x = %x, want %x", e, got, want)
		}
	}
}

// BenchmarkServer is one sign-in as the server pays for it. floors is the ratio to
// two modular exponentiations with 256-bit exponents, v^u and (A v^u)^b, which
// nothing can avoid.
func BenchmarkServer(b *testing.B) {
	credential, err := NewCredential(rand.Reader, "Ab1cD2eF3", "user", "Correct-Horse-9!")
	if err != nil {
		b.Fatal(err)
	}
	client, err := NewClient(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	// Both are timed in turn, so that a busy machine slows them alike.
	var served, floor time.Duration
	base, exponent := client.public, hashInt(n.Bytes())
	for b.Loop() {
		began := time.Now()
		challenge, err := NewChallenge(rand.Reader, credential.Verifier)
		if err != nil {
			b.Fatal(err)
		}
		challenge.Verify(credential.Verifier, Claim{PoolName: "Ab1cD2eF3", UserID: "user", A: client.public, Timestamp: "x", Signature: []byte("x")})
		served += time.Since(began)
		began = time.Now()
		for range 2 {
			new(big.Int).Exp(base, exponent, n)
		}
		floor += time.Since(began)
	}
	b.ReportMetric(float64(served.Nanoseconds())/float64(b.N), "ns/op")
	b.ReportMetric(float64(served)/float64(floor), "floors")
}

// BenchmarkCredential is what a sign-up pays.
func BenchmarkCredential(b *testing.B) {
	for b.Loop() {
		if _, err := NewCredential(rand.Reader, "Ab1cD2eF3", "user", "Correct-Horse-9!"); err != nil {
			b.Fatal(err)
		}
	}
}
