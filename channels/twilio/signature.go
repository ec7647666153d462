package twilio

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1" // Twilio's choice; HMAC-SHA1 still holds
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/hearline/hearline/channels"
)

// signer checks X-Twilio-Signature: the Base64 of HMAC-SHA1 under the auth
// token over the URL as Twilio called it, with its query, and every form
// parameter sorted by name, name and value joined with nothing between.
type signer struct {
	prefixes []string    // the public URL, without and with its port
	keys     []sync.Pool // of hash.Hash, one pool a token
}

const signatureLength = 28 // Base64 of 20 bytes

func newSigner(public *url.URL, tokens []Secret) *signer {
	s := &signer{prefixes: prefixes(public), keys: make([]sync.Pool, len(tokens))}
	for i, token := range tokens {
		key := []byte(token)
		s.keys[i].New = func() any { return hmac.New(sha1.New, key) }
	}
	return s
}

// prefixes returns the public URL first as configured and then the other way:
// Twilio is not consistent about naming the port of the scheme.
func prefixes(public *url.URL) []string {
	other := *public
	standard := map[string]string{"https": "443", "http": "80"}[public.Scheme]
	switch public.Port() {
	case "":
		other.Host = net.JoinHostPort(public.Hostname(), standard)
	case standard:
		other.Host = public.Hostname()
	default:
		return []string{public.String()}
	}
	return []string{public.String(), other.String()}
}

// verify says whether one of our tokens signed the request.
func (s *signer) verify(r channels.Request, f form) bool {
	if len(r.Signature) != signatureLength {
		return false
	}
	if s.matches(r, f) {
		return true
	}
	// Some of Twilio's signers sort the values of a repeated name and drop
	// repetitions of the same value.
	unique := f.unique()
	return len(unique.pairs) > 0 && s.matches(r, unique)
}

// verifyOther says whether one of our tokens signed a request whose body is no
// form: the signature is over the address alone, which carries the body's hash.
func (s *signer) verifyOther(r channels.Request) bool {
	values, err := url.ParseQuery(r.Query)
	if err != nil || !values.Has("bodySHA256") || len(r.Signature) != signatureLength || !s.matches(r, form{}) {
		return false
	}
	sum := sha256.Sum256(r.Body)
	return strings.EqualFold(values.Get("bodySHA256"), hex.EncodeToString(sum[:]))
}

func (s *signer) matches(r channels.Request, f form) bool {
	for i := range s.keys {
		for _, prefix := range s.prefixes {
			if s.sum(i, prefix, r, f) {
				return true
			}
		}
	}
	return false
}

func (s *signer) sum(key int, prefix string, r channels.Request, f form) bool {
	mac := s.keys[key].Get().(hash.Hash)
	defer s.keys[key].Put(mac)
	mac.Reset()
	var scratch [512]byte
	buf := append(append(scratch[:0], prefix...), r.Path...)
	if r.Query != "" {
		buf = append(append(buf, '?'), r.Query...)
	}
	mac.Write(buf)
	for _, p := range f.pairs {
		mac.Write(p.name)
		mac.Write(p.value)
	}
	var digest [sha1.Size]byte
	var ours [signatureLength]byte
	base64.StdEncoding.Encode(ours[:], mac.Sum(digest[:0]))
	return subtle.ConstantTimeCompare(ours[:], []byte(r.Signature)) == 1
}

// unique sorts by name and value and drops repeated pairs. It is empty when no
// name is repeated.
func (f form) unique() form {
	repeated := false
	for i := 1; i < len(f.pairs) && !repeated; i++ {
		repeated = bytes.Equal(f.pairs[i-1].name, f.pairs[i].name)
	}
	if !repeated {
		return form{}
	}
	pairs := slices.Clone(f.pairs)
	slices.SortFunc(pairs, func(a, b pair) int {
		if c := bytes.Compare(a.name, b.name); c != 0 {
			return c
		}
		return bytes.Compare(a.value, b.value)
	})
	return form{slices.CompactFunc(pairs, func(a, b pair) bool {
		return bytes.Equal(a.name, b.name) && bytes.Equal(a.value, b.value)
	})}
}
