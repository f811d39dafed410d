// Package srp is the password protocol of Amazon Cognito user pools, and nothing else.
//
// It is SRP-6a as Cognito's own clients speak it: the 3072-bit group of RFC 5054,
// g = 2, SHA-256, and a session key drawn with HKDF. Where Cognito departs from
// RFC 5054 this package follows Cognito: numbers are hashed in the form of Java's
// BigInteger.toByteArray (see [Pad]), never padded to the group's length.
//
// The server's side is [NewCredential], [NewChallenge] and [Challenge.Verify]; the
// client's is [Client]. Both are pure: randomness is a parameter, nothing is kept.
// What would let somebody in without a password is refused by [ParsePublic].
//
// testdata/vectors.json holds full numeric vectors that unmodified JavaScript
// clients of Cognito reproduced.
//
// The arithmetic is math/big's, which does not take constant time. That is sound
// for a server on a loopback address and for clients of it; it is not a
// production server.
package srp

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// The group: the 3072-bit prime of RFC 3526 section 5 (RFC 5054 appendix A), with generator 2.
var (
	n = mustParse("ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74" +
		"020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437" +
		"4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed" +
		"ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05" +
		"98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb" +
		"9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b" +
		"e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718" +
		"3995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33" +
		"a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7" +
		"abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864" +
		"d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e2" +
		"08e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff")
	g = big.NewInt(2)
	// k is SRP-6a's multiplier, H(N | g).
	k = hashInt(Pad(n), Pad(g))
)

const (
	saltBytes    = 16
	privateBytes = 32 // RFC 5054 section 3.1 asks for 256 bits at least
	// clientPrivateBytes is what Cognito's JavaScript clients use.
	clientPrivateBytes = 128
	// maxPublicDigits is the length in hexadecimal digits of a number of the
	// group: a longer one only costs the server time.
	maxPublicDigits = 768
	keyInfo         = "Caldera Derived Key"
	keyBytes        = 16
)

// Errors of [ParsePublic].
var (
	errNotHex   = errors.New("the public value is not hexadecimal")
	errTooLong  = errors.New("the public value has more than 768 digits")
	errZeroModN = errors.New("the public value is a multiple of N")
)

// A Credential is all that a server keeps of a password. Neither number tells the
// password; guessing it from them costs a modular exponentiation a guess.
type Credential struct {
	Salt     []byte // big-endian, without leading zeros
	Verifier []byte // big-endian, without leading zeros
}

// NewCredential makes the credential of password, with a salt from rand. poolName
// is the part of the pool's id after "_"; userID is the name that the server
// returns as USER_ID_FOR_SRP.
func NewCredential(rand io.Reader, poolName, userID, password string) (Credential, error) {
	salt, err := randomInt(rand, saltBytes)
	if err != nil {
		return Credential{}, fmt.Errorf("making a salt: %w", err)
	}
	c := Credential{Salt: salt.Bytes()}
	c.Verifier = verifier(privateKey(salt, poolName, userID, password)).Bytes()
	return c, nil
}

// Matches reports whether c was made of password.
func (c Credential) Matches(poolName, userID, password string) bool {
	v := verifier(privateKey(new(big.Int).SetBytes(c.Salt), poolName, userID, password))
	return hmac.Equal(v.Bytes(), c.Verifier)
}

// SaltHex is the salt as Cognito sends it: lower-case hexadecimal without leading
// zeros. (A client that hashes the text it was sent, as pycognito does, fails on
// leading zeros.)
func (c Credential) SaltHex() string { return Hex(c.Salt) }

// Hex writes a number as Cognito does: lower-case hexadecimal without leading zeros.
func Hex(number []byte) string { return new(big.Int).SetBytes(number).Text(16) }

// ParsePublic reads the other side's public value (SRP_A or SRP_B). It refuses
// what is not hexadecimal, has more than 768 digits or is a multiple of N: with
// A = 0 anybody could sign in, because the shared secret is then 0 whatever the
// password.
func ParsePublic(digits string) (*big.Int, error) {
	if len(digits) > maxPublicDigits {
		return nil, errTooLong
	}
	for _, c := range []byte(digits) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return nil, errNotHex // SetString alone would take signs and underscores
		}
	}
	value, ok := new(big.Int).SetString(digits, 16)
	if !ok {
		return nil, errNotHex
	}
	if new(big.Int).Mod(value, n).Sign() == 0 {
		return nil, errZeroModN
	}
	return value, nil
}

// A Challenge is what a server remembers between its two answers.
type Challenge struct {
	Private []byte // b: whoever learns it can test guesses of the password offline
	Public  []byte // B, which the client is sent as SRP_B
}

// NewChallenge draws a challenge for the owner of verifier. It costs about a third
// of a modular exponentiation.
func NewChallenge(rand io.Reader, verifier []byte) (Challenge, error) {
	for {
		b, err := randomInt(rand, privateBytes)
		if err != nil {
			return Challenge{}, fmt.Errorf("drawing a challenge: %w", err)
		}
		if public := serverPublic(b, new(big.Int).SetBytes(verifier)); public.Sign() != 0 {
			return Challenge{Private: b.Bytes(), Public: public.Bytes()}, nil
		}
	}
}

// A Claim is a client's proof of the password.
type Claim struct {
	PoolName    string   // the part of the pool's id after "_"
	UserID      string   // USER_ID_FOR_SRP
	A           *big.Int // SRP_A as [ParsePublic] returned it
	SecretBlock []byte   // PASSWORD_CLAIM_SECRET_BLOCK, base64 decoded
	Timestamp   string   // TIMESTAMP in its canonical form
	Signature   []byte   // PASSWORD_CLAIM_SIGNATURE, base64 decoded
}

// Verify reports whether the claim was made by somebody who knows the password
// that verifier was made of. It costs two modular exponentiations. A challenge
// may be verified once only: who calls Verify must see to that.
func (c Challenge) Verify(verifier []byte, claim Claim) bool {
	secret := serverSecret(claim.A, new(big.Int).SetBytes(c.Private), new(big.Int).SetBytes(c.Public), new(big.Int).SetBytes(verifier))
	want := signature(sessionKey(secret, claim.A, new(big.Int).SetBytes(c.Public)), claim.PoolName, claim.UserID, claim.SecretBlock, claim.Timestamp)
	return hmac.Equal(want, claim.Signature)
}

// Pad returns a number as Java's BigInteger.toByteArray does, which is how
// Cognito hashes numbers: the fewest big-endian bytes, with a zero byte in front
// when the top bit is set. Zero is one zero byte.
func Pad(i *big.Int) []byte {
	b := i.Bytes()
	if len(b) == 0 || b[0]&0x80 != 0 {
		return append([]byte{0}, b...)
	}
	return b
}

// privateKey is x = H(PAD(salt) | H(poolName userID ":" password)).
func privateKey(salt *big.Int, poolName, userID, password string) *big.Int {
	inner := sha256.Sum256([]byte(poolName + userID + ":" + password))
	return hashInt(Pad(salt), inner[:])
}

// verifier is v = g^x mod N.
func verifier(x *big.Int) *big.Int { return expG(x) }

// serverPublic is B = (k*v + g^b) mod N.
func serverPublic(b, v *big.Int) *big.Int {
	public := new(big.Int).Mul(k, v)
	public.Add(public, expG(b))
	return public.Mod(public, n)
}

// scrambler is u = H(PAD(A) | PAD(B)).
func scrambler(a, b *big.Int) *big.Int { return hashInt(Pad(a), Pad(b)) }

// serverSecret is S = (A * v^u)^b mod N.
func serverSecret(publicA, b, publicB, v *big.Int) *big.Int {
	s := new(big.Int).Exp(v, scrambler(publicA, publicB), n)
	s = mulMod(s, publicA)
	return s.Exp(s, b, n)
}

// sessionKey is HKDF(S, salt u), the key that signs the claim.
func sessionKey(secret, publicA, publicB *big.Int) []byte {
	key, err := hkdf.Key(sha256.New, Pad(secret), Pad(scrambler(publicA, publicB)), keyInfo, keyBytes)
	if err != nil {
		panic("srp: " + err.Error()) // only for keys longer than 255 hashes
	}
	return key
}

// signature is HMAC(key, poolName | userID | secret block | timestamp).
func signature(key []byte, poolName, userID string, secretBlock []byte, timestamp string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(poolName + userID))
	mac.Write(secretBlock)
	mac.Write([]byte(timestamp))
	return mac.Sum(nil)
}

func hashInt(parts ...[]byte) *big.Int {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return new(big.Int).SetBytes(h.Sum(nil))
}

// randomInt returns a number of at most size bytes that is not zero.
func randomInt(rand io.Reader, size int) (*big.Int, error) {
	b := make([]byte, size)
	for {
		if _, err := io.ReadFull(rand, b); err != nil {
			return nil, err
		}
		if i := new(big.Int).SetBytes(b); i.Sign() != 0 {
			return i, nil
		}
	}
}

func mustParse(digits string) *big.Int {
	i, ok := new(big.Int).SetString(digits, 16)
	if !ok {
		panic("srp: the group's prime is mistyped")
	}
	return i
}
