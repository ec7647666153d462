// Package locales turns a key, data and a language into text. It holds the
// catalogues (active.<lang>.toml, embedded), the one Speaker that reads them,
// the names and writing directions of languages, and the length of a text as
// carriers count it.
//
// It knows nothing of when a text is said or to whom. It is the only package
// that imports go-i18n.
package locales
