package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"
)

// keyBegins lets people and scanners see what kind of secret it is.
const keyBegins = "hlp_"

// keyBytes are of chance: nobody guesses 256 bits, so that a plain hash keeps them.
const keyBytes = 32

// NewKey makes a partner's key from chance. It is shown once; the store has its
// hash only.
func NewKey(chance io.Reader) (key string, err error) {
	raw := make([]byte, keyBytes)
	if _, err := io.ReadFull(chance, raw); err != nil {
		return "", err
	}
	return keyBegins + base64.RawURLEncoding.EncodeToString(raw), nil
}

// HashKey is what of a key is kept; "" for what cannot be one.
func HashKey(key string) string {
	rest, ok := strings.CutPrefix(key, keyBegins)
	if raw, err := base64.RawURLEncoding.DecodeString(rest); !ok || err != nil || len(raw) != keyBytes {
		return ""
	}
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
