package seal

import (
	"bytes"
	"crypto/hmac"
	"encoding/binary"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"github.com/hearline/hearline/hotline"
)

// A rotation goes through these states of the master keyset, each of which opens
// all that the one before it made: one key; a second one beside it (Prepare);
// the second in use (Promote); the second alone (Retire), once nothing is left
// under the first. The blind index keeps its key: it must find the same people.

// Prepare returns a keyring with a fresh master key beside the one in use, which
// stays in use.
func (r *Keyring) Prepare() (*Keyring, error) {
	return r.change(func(m *keyset.Manager) error {
		_, err := m.Add(aead.AES256GCMKeyTemplate())
		return err
	})
}

// Promote returns a keyring that wraps and seals with its newest master key.
func (r *Keyring) Promote() (*Keyring, error) {
	ids := r.masters.Load().ids()
	return r.change(func(m *keyset.Manager) error { return m.SetPrimary(ids[len(ids)-1]) })
}

// Retire returns a keyring with the master key in use alone. What is still under
// another one can never be opened again.
func (r *Keyring) Retire() (*Keyring, error) {
	now := r.masters.Load()
	return r.change(func(m *keyset.Manager) error {
		for _, id := range now.ids() {
			if id == now.inUse() {
				continue
			}
			if err := m.Delete(id); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r *Keyring) change(how func(*keyset.Manager) error) (*Keyring, error) {
	manager := keyset.NewManagerFromHandle(r.masters.Load().handle)
	if err := how(manager); err != nil {
		return nil, hotline.Errorf(hotline.Internal, "change the master keys: %w", err)
	}
	handle, err := manager.Handle()
	if err != nil {
		return nil, hotline.Errorf(hotline.Internal, "change the master keys: %w", err)
	}
	return newKeyring(handle, r.index)
}

// Masters says how many master keys there are, and whether the newest is the one
// in use.
func (r *Keyring) Masters() (n int, newestInUse bool) {
	m := r.masters.Load()
	ids := m.ids()
	return len(ids), ids[len(ids)-1] == m.inUse()
}

// ids are the master keys, oldest first.
func (m *masters) ids() []uint32 {
	var ids []uint32
	for _, k := range m.handle.KeysetInfo().GetKeyInfo() {
		ids = append(ids, k.GetKeyId())
	}
	return ids
}

func (m *masters) inUse() uint32 { return m.handle.KeysetInfo().GetPrimaryKeyId() }

// Rewrap returns the wrapped form of a key under the master key in use, nil when
// it is that already. The error is hotline.Internal for what does not open.
func (r *Keyring) Rewrap(wrapped []byte) ([]byte, error) {
	m := r.masters.Load()
	outer, err := keyset.NewBinaryReader(bytes.NewReader(wrapped)).ReadEncrypted()
	if err != nil {
		return nil, hotline.Errorf(hotline.Internal, "read a wrapped key: %w", err)
	}
	if m.made(outer.GetEncryptedKeyset()) {
		return nil, nil
	}
	handle, err := m.unwrap(wrapped)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&out), m.primitive, wrapPlace); err != nil {
		return nil, hotline.Errorf(hotline.Internal, "wrap a key: %w", err)
	}
	return out.Bytes(), nil
}

// Reseal does for what Seal made what Rewrap does for keys.
func (r *Keyring) Reseal(sealed []byte, place string) ([]byte, error) {
	m := r.masters.Load()
	if m.made(sealed) {
		return nil, nil
	}
	plain, err := openWith(m.primitive, sealed, place)
	if err != nil {
		return nil, err
	}
	return sealWith(m.primitive, plain, place)
}

// made says whether a ciphertext names the master key in use: Tink puts a 1 and
// the key's id before it.
func (m *masters) made(ciphertext []byte) bool {
	return len(ciphertext) > 5 && ciphertext[0] == 1 && binary.BigEndian.Uint32(ciphertext[1:]) == m.inUse()
}

// Follow tells where the keyring can be read again, because another process may
// rotate the master keys while this one runs. It must be called before the
// keyring is used.
func (r *Keyring) Follow(read func() (*Keyring, error)) { r.reread = read }

// Refresh takes over the master keys that stand where Follow said. Without that
// it does nothing. The errors are those of reading, and hotline.Invalid for the
// keys of another installation.
func (r *Keyring) Refresh() error {
	if r.reread == nil {
		return nil
	}
	newer, err := r.reread()
	if err != nil {
		return err
	}
	if !hmac.Equal(newer.index, r.index) {
		return malformed("they belong to another installation")
	}
	r.masters.Store(newer.masters.Load())
	return nil
}

// withNewest opens something with the master keys known, and when that fails
// once more with those that stand in their place by now.
func withNewest[T any](r *Keyring, open func(*masters) (T, error)) (T, error) {
	out, err := open(r.masters.Load())
	if err == nil || r.reread == nil || r.Refresh() != nil {
		return out, err
	}
	return open(r.masters.Load())
}
