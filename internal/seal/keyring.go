package seal

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"hash"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/hearline/hearline/hotline"
)

// indexKeySize is the length of the blind index key in bytes.
const indexKeySize = 32

// openedKeys bounds the keys kept open in memory: about 1.5 kB each.
const openedKeys = 50_000

// Keyring is the service's own secret: the master keyset that wraps all other
// keys, and the key of the blind index. Losing it loses everything sealed. It
// is safe for concurrent use.
type Keyring struct {
	masters atomic.Pointer[masters]
	index   []byte
	macs    sync.Pool // of *mac, keyed with index
	opened  *lru
	reread  func() (*Keyring, error) // nil: the masters never change
}

// masters is the master keyset: one key in use, and those before it.
type masters struct {
	handle    *keyset.Handle
	primitive tink.AEAD
}

// exported is the text form of a keyring. Version lets a later form be told
// apart from a damaged one.
type exported struct {
	Version int    `json:"hearline_keys"`
	Master  string `json:"master"` // Tink keyset, base64
	Index   string `json:"index"`  // base64
}

const exportVersion = 1

// Generate makes a new keyring.
func Generate() (*Keyring, error) {
	master, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, hotline.Errorf(hotline.Internal, "make a master key: %w", err)
	}
	index := make([]byte, indexKeySize)
	if _, err := rand.Read(index); err != nil {
		return nil, hotline.Errorf(hotline.Internal, "make an index key: %w", err)
	}
	return newKeyring(master, index)
}

func newKeyring(master *keyset.Handle, index []byte) (*Keyring, error) {
	primitive, err := aead.New(master)
	if err != nil {
		return nil, hotline.Errorf(hotline.Invalid, "the master keyset does not encrypt: %w", err)
	}
	r := &Keyring{index: index, opened: newLRU(openedKeys)}
	r.macs.New = func() any { return &mac{hash: hmac.New(sha256.New, index)} }
	r.masters.Store(&masters{master, primitive})
	return r, nil
}

// Export returns the keyring as text, secrets in clear: for a file that only
// the service may read, or for HEARLINE_KEYS.
func (r *Keyring) Export() ([]byte, error) {
	var master bytes.Buffer
	if err := insecurecleartextkeyset.Write(r.masters.Load().handle, keyset.NewBinaryWriter(&master)); err != nil {
		return nil, hotline.Errorf(hotline.Internal, "export the master keyset: %w", err)
	}
	text, err := json.Marshal(exported{
		Version: exportVersion,
		Master:  base64.StdEncoding.EncodeToString(master.Bytes()),
		Index:   base64.StdEncoding.EncodeToString(r.index),
	})
	if err != nil {
		return nil, hotline.Errorf(hotline.Internal, "export the keys: %w", err)
	}
	return append(text, '\n'), nil
}

// Parse reads what Export wrote. The error is hotline.Invalid and repeats no
// part of the text.
func Parse(text []byte) (*Keyring, error) {
	var e exported
	if err := json.Unmarshal(text, &e); err != nil {
		return nil, malformed("it is not the JSON that was exported")
	}
	if e.Version != exportVersion {
		return nil, malformed("its version is " + strconv.Itoa(e.Version) + ", this program reads " + strconv.Itoa(exportVersion))
	}
	index, err := base64.StdEncoding.DecodeString(e.Index)
	if err != nil || len(index) != indexKeySize {
		return nil, malformed("its index key is not 32 bytes of base64")
	}
	binary, err := base64.StdEncoding.DecodeString(e.Master)
	if err != nil {
		return nil, malformed("its master keyset is not base64")
	}
	master, err := insecurecleartextkeyset.Read(keyset.NewBinaryReader(bytes.NewReader(binary)))
	if err != nil {
		return nil, malformed("its master keyset cannot be read")
	}
	return newKeyring(master, index)
}

func malformed(why string) error {
	return hotline.Errorf(hotline.Invalid, "the keys cannot be used: %s; use the text that the keys were exported as, unchanged", why)
}

// Seal encrypts a value that belongs to no conversation or case, such as a
// visitor's session, with the master keyset.
func (r *Keyring) Seal(plain []byte, place string) ([]byte, error) {
	return sealWith(r.masters.Load().primitive, plain, place)
}

// Open decrypts what Seal made for the same place; any other value is
// hotline.Internal.
func (r *Keyring) Open(sealed []byte, place string) ([]byte, error) {
	return withNewest(r, func(m *masters) ([]byte, error) { return openWith(m.primitive, sealed, place) })
}

// Index returns the keyed blind index of a value: the same value gives the same
// index within a domain, and nobody without the key can tell which value it
// was. Different domains give unrelated indexes.
func (r *Keyring) Index(domain, value string) string {
	m := r.macs.Get().(*mac)
	defer r.macs.Put(m)
	return m.sum(domain, value)
}

// mac is a keyed hash with its buffer: keying it anew for each value would cost
// more than the hash itself.
type mac struct {
	hash   hash.Hash
	buffer []byte
}

func (m *mac) sum(domain, value string) string {
	// The length keeps ("ab","c") apart from ("a","bc").
	b := append(strconv.AppendInt(m.buffer[:0], int64(len(domain)), 10), ':')
	b = append(append(b, domain...), value...)
	m.hash.Reset()
	m.hash.Write(b)
	m.buffer = m.hash.Sum(b[:0])
	sum := base64.RawURLEncoding.EncodeToString(m.buffer)
	clear(b)
	return sum
}
