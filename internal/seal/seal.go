// Package seal encrypts what people tell us before it reaches any disk.
//
// Every conversation and every case has a Key of its own (a Tink AES-256-GCM
// keyset), stored next to the data wrapped by the master keyset of the Keyring.
// Deleting the wrapped key makes everything sealed with it unreadable, copies
// in old backups excepted as long as they hold the wrapped key too. A sealed
// value is bound to its place ("table.column/rowid"), so that a value moved to
// another row does not open.
//
// It knows nothing of conversations, databases or files: bytes in, bytes out.
package seal

import (
	"bytes"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/hearline/hearline/hotline"
)

// wrapPlace binds wrapped keys to their purpose: a value sealed with the master
// keyset for a row can never be taken for a key.
var wrapPlace = []byte("hearline/wrapped-key")

// Key seals and opens the values of one conversation or case. It is safe for
// concurrent use.
type Key struct{ primitive tink.AEAD }

// Seal encrypts plain for one place. It fails only when the system has no
// randomness (hotline.Internal).
func (k *Key) Seal(plain []byte, place string) ([]byte, error) {
	return sealWith(k.primitive, plain, place)
}

// Open decrypts what Seal made for the same place. Anything else is
// hotline.Internal: the data are damaged, moved, or of another key.
func (k *Key) Open(sealed []byte, place string) ([]byte, error) {
	return openWith(k.primitive, sealed, place)
}

func sealWith(p tink.AEAD, plain []byte, place string) ([]byte, error) {
	sealed, err := p.Encrypt(plain, []byte(place))
	if err != nil {
		return nil, hotline.Errorf(hotline.Internal, "seal %s: %w", place, err)
	}
	return sealed, nil
}

func openWith(p tink.AEAD, sealed []byte, place string) ([]byte, error) {
	plain, err := p.Decrypt(sealed, []byte(place))
	if err != nil {
		return nil, hotline.Errorf(hotline.Internal, "open %s: %w", place, err)
	}
	return plain, nil
}

// NewKey makes a key and returns it with its wrapped form, which is what is
// stored.
func (r *Keyring) NewKey() (key *Key, wrapped []byte, err error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, nil, hotline.Errorf(hotline.Internal, "make a key: %w", err)
	}
	var out bytes.Buffer
	if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&out), r.masters.Load().primitive, wrapPlace); err != nil {
		return nil, nil, hotline.Errorf(hotline.Internal, "wrap a key: %w", err)
	}
	key, err = newKey(handle)
	if err != nil {
		return nil, nil, err
	}
	r.opened.add(out.String(), key)
	return key, out.Bytes(), nil
}

// OpenKey unwraps a stored key. The error is hotline.Internal: the key was
// damaged, erased, or wrapped by a master key that this keyring does not hold.
func (r *Keyring) OpenKey(wrapped []byte) (*Key, error) {
	if key, ok := r.opened.get(wrapped); ok {
		return key, nil
	}
	handle, err := withNewest(r, func(m *masters) (*keyset.Handle, error) { return m.unwrap(wrapped) })
	if err != nil {
		return nil, err
	}
	key, err := newKey(handle)
	if err != nil {
		return nil, err
	}
	r.opened.add(string(wrapped), key)
	return key, nil
}

func (m *masters) unwrap(wrapped []byte) (*keyset.Handle, error) {
	handle, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(wrapped)), m.primitive, wrapPlace)
	if err != nil {
		return nil, hotline.Errorf(hotline.Internal, "unwrap a key: %w", err)
	}
	return handle, nil
}

// Forget drops a key from memory, for when its wrapped form has been deleted.
func (r *Keyring) Forget(wrapped []byte) { r.opened.remove(wrapped) }

func newKey(handle *keyset.Handle) (*Key, error) {
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, hotline.Errorf(hotline.Internal, "ready a key: %w", err)
	}
	return &Key{primitive: primitive}, nil
}
