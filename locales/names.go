package locales

import "github.com/hearline/hearline/hotline"

// names holds the languages we serve or mean to serve, in the order choosers
// show them. Native names are CLDR's, written the way a chooser shows them.
var names = []struct {
	tag             hotline.Language
	native, english string
}{
	{"en", "English", "English"},
	{"es", "Español", "Spanish"},
	{"fr", "Français", "French"},
	{"ar", "العربية", "Arabic"},
	{"am", "አማርኛ", "Amharic"},
	{"bg", "Български", "Bulgarian"},
	{"bn", "বাংলা", "Bangla"},
	{"de", "Deutsch", "German"},
	{"fa", "فارسی", "Persian"},
	{"ha", "Hausa", "Hausa"},
	{"hi", "हिन्दी", "Hindi"},
	{"hu", "Magyar", "Hungarian"},
	{"id", "Bahasa Indonesia", "Indonesian"},
	{"it", "Italiano", "Italian"},
	{"km", "ខ្មែរ", "Khmer"},
	{"my", "မြန်မာ", "Burmese"},
	{"ne", "नेपाली", "Nepali"},
	{"pl", "Polski", "Polish"},
	{"ps", "پښتو", "Pashto"},
	{"pt", "Português", "Portuguese"},
	{"ro", "Română", "Romanian"},
	{"ru", "Русский", "Russian"},
	{"si", "සිංහල", "Sinhala"},
	{"so", "Soomaali", "Somali"},
	{"sw", "Kiswahili", "Swahili"},
	{"ta", "தமிழ்", "Tamil"},
	{"th", "ไทย", "Thai"},
	{"tl", "Tagalog", "Tagalog"},
	{"tr", "Türkçe", "Turkish"},
	{"uk", "Українська", "Ukrainian"},
	{"ur", "اردو", "Urdu"},
	{"vi", "Tiếng Việt", "Vietnamese"},
	{"yo", "Yorùbá", "Yoruba"},
	{"zh", "中文", "Chinese"},
}

// Known lists every language with a name here, catalogue or not.
func Known() []hotline.Language {
	out := make([]hotline.Language, len(names))
	for i, n := range names {
		out[i] = n.tag
	}
	return out
}

// NativeName is how speakers write the language's name; the tag itself when it
// is not known.
func NativeName(lang hotline.Language) string {
	for _, n := range names {
		if n.tag == lang {
			return n.native
		}
	}
	return string(lang)
}

// EnglishName is the language's name for staff; the tag itself when it is not
// known.
func EnglishName(lang hotline.Language) string {
	for _, n := range names {
		if n.tag == lang {
			return n.english
		}
	}
	return string(lang)
}

// Direction is the writing direction, "ltr" or "rtl", as HTML's dir wants it.
func Direction(lang hotline.Language) string {
	switch lang {
	case "ar", "fa", "he", "ps", "ur":
		return "rtl"
	}
	return "ltr"
}

// otherNames are further ways to write a language's name. The first, where the
// native name has letters outside GSM-7, is the one for a text message.
var otherNames = map[hotline.Language][]string{
	"es": {"Espanol", "castellano"},
	"fr": {"Francais"},
	"ar": {"Arabic", "arabi", "عربي", "عربية", "بالعربي", "باللغة العربية"},
	"am": {"Amharic", "amarigna", "amarinya", "አማርኛ ቋንቋ"},
	"bg": {"Balgarski", "български език"},
	"bn": {"Bangla", "bengali"},
	"de": {"Deutsch"},
	"fa": {"Farsi", "فارسى", "parsi", "dari", "دری"},
	"hi": {"Hindi", "हिंदी"},
	"hu": {"Magyar", "magyarul"},
	"id": {"Bahasa Indonesia", "indonesia", "bahasa"},
	"it": {"Italiano"},
	"km": {"Khmer", "ភាសាខ្មែរ", "cambodian"},
	"my": {"Burmese", "myanmar", "ဗမာ", "မြန်မာစာ", "ဗမာစာ"},
	"ne": {"Nepali"},
	"pl": {"Polski", "po polsku"},
	"ps": {"Pashto", "pashtu", "پشتو"},
	"pt": {"Portugues", "brasileiro"},
	"ro": {"Romana", "romaneste", "moldoveneasca"},
	"ru": {"Russkiy", "по русски", "русский язык", "russki"},
	"si": {"Sinhala", "sinhalese"},
	"so": {"Soomaali", "af soomaali", "afsoomaali"},
	"sw": {"Kiswahili"},
	"ta": {"Tamil"},
	"th": {"Thai", "ภาษาไทย"},
	"tl": {"Tagalog", "filipino", "pilipino"},
	"tr": {"Turkce"},
	"uk": {"Ukrainska", "українською", "українська мова"},
	"ur": {"Urdu"},
	"vi": {"Tieng Viet", "viet"},
	"yo": {"Yoruba"},
	"zh": {"Chinese", "zhongwen", "mandarin", "普通话", "普通話", "汉语", "漢語", "国语", "國語"},
}

// NamesOf lists what people may write when they ask for a language, in its own
// script, in English and otherwise. Spellings that differ in case or accents are
// listed once.
func NamesOf(lang hotline.Language) []string {
	return append([]string{NativeName(lang), EnglishName(lang)}, otherNames[lang]...)
}

// PlainName is the language's name in the letters of any phone.
func PlainName(lang hotline.Language) string {
	if native := NativeName(lang); isGSM(native) {
		return native
	}
	return otherNames[lang][0]
}
