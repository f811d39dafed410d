package srp

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"
)

// timestampLayout is the form of TIMESTAMP: "Wed Apr 5 22:42:34 UTC 2017".
const timestampLayout = "Mon Jan 2 15:04:05 MST 2006"

// FormatTimestamp writes t as the TIMESTAMP of a claim.
func FormatTimestamp(t time.Time) string { return t.UTC().Format(timestampLayout) }

// CanonicalTimestamp parses a TIMESTAMP and writes it in the one form that is
// signed. Like AWS it takes a padded day and a wrong weekday, whose signature
// then cannot match, and refuses other zones than UTC.
func CanonicalTimestamp(s string) (string, error) {
	t, err := time.Parse(timestampLayout, s)
	if err != nil {
		return "", err
	}
	if zone, _ := t.Zone(); zone != "UTC" && zone != "GMT" {
		return "", fmt.Errorf("the time zone is %q", zone)
	}
	return t.Format(timestampLayout), nil
}

// Client is one sign-in from the user's side.
type Client struct {
	private *big.Int // a
	public  *big.Int // A
}

// NewClient begins a sign-in.
func NewClient(rand io.Reader) (*Client, error) {
	a, err := randomInt(rand, clientPrivateBytes)
	if err != nil {
		return nil, fmt.Errorf("beginning a sign-in: %w", err)
	}
	return newClient(a), nil
}

func newClient(a *big.Int) *Client { return &Client{private: a, public: expG(a)} }

// A is the SRP_A to send.
func (c *Client) A() string { return c.public.Text(16) }

// Sign answers a PASSWORD_VERIFIER challenge: it returns the
// PASSWORD_CLAIM_SIGNATURE for the challenge's SALT, SRP_B, SECRET_BLOCK and
// USER_ID_FOR_SRP. timestamp comes from [FormatTimestamp] and is sent along.
func (c *Client) Sign(poolName, userIDForSRP, password, salt, srpB, secretBlock, timestamp string) (string, error) {
	saltNumber, ok := new(big.Int).SetString(salt, 16)
	if !ok || saltNumber.Sign() < 0 {
		return "", errors.New("signing the password claim: the salt is not hexadecimal")
	}
	b, err := ParsePublic(srpB)
	if err != nil {
		return "", fmt.Errorf("signing the password claim: %w", err)
	}
	block, err := base64.StdEncoding.DecodeString(secretBlock)
	if err != nil {
		return "", fmt.Errorf("signing the password claim: the secret block: %w", err)
	}
	if scrambler(c.public, b).Sign() == 0 {
		return "", errors.New("signing the password claim: u is zero")
	}
	key := sessionKey(c.secret(privateKey(saltNumber, poolName, userIDForSRP, password), b), c.public, b)
	return base64.StdEncoding.EncodeToString(signature(key, poolName, userIDForSRP, block, timestamp)), nil
}

// secret is S = (B - k * g^x) ^ (a + u*x) mod N.
func (c *Client) secret(x, b *big.Int) *big.Int {
	base := new(big.Int).Mul(k, verifier(x))
	base.Sub(b, base)
	base.Mod(base, n)
	exponent := new(big.Int).Mul(scrambler(c.public, b), x)
	exponent.Add(exponent, c.private)
	return base.Exp(base, exponent, n)
}
