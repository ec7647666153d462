package hotline

import "strings"

// FileID names a file within its conversation.
type FileID string

// File is a picture that a person sent on the web page and that we keep: a JPEG
// made anew of its pixels. Sealed in the store under the conversation's key.
type File struct {
	ID   FileID
	Body []byte
}

// ownFile begins the address of a Media that we keep ourselves.
const ownFile = "file:"

// MediaOf is the Media that stands in a message for a file of ours.
func MediaOf(id FileID) Media {
	return Media{ContentType: "image/jpeg", URL: Text(ownFile + string(id))}
}

// File is the file that m stands for; ok is false for what is at a carrier.
func (m Media) File() (id FileID, ok bool) {
	rest, ok := strings.CutPrefix(m.URL.Reveal(), ownFile)
	return FileID(rest), ok && rest != ""
}
