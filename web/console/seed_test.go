package console

import (
	"fmt"
	"time"

	"github.com/hearline/hearline/hotline"
)

// The staff of the tests. Their passwords are "right " and the login.
var (
	dina  = staffOf("u-dina", "dina", "Dina Haile", hotline.Operator, "en", "es", "am")
	sam   = staffOf("u-sam", "sam", "Sam Okafor", hotline.Operator, "en", "fr")
	leila = staffOf("u-leila", "leila", "Leila Mansour", hotline.Supervisor, "en", "ar")
	ana   = staffOf("u-ana", "ana", "Ana Lima", hotline.Analyst, "en", "pt")
)

func staffOf(id hotline.UserID, login, name string, role hotline.Role, langs ...hotline.Language) hotline.User {
	return hotline.User{ID: id, Login: login, Name: name, Role: role, Languages: langs, PasswordHash: "hash of right " + login}
}

// told is one invented conversation, by how long it has been waiting.
type told struct {
	no      int // the last digits of the address
	pri     hotline.Priority
	waited  time.Duration // 0: answered
	channel hotline.Channel
	lang    hotline.Language
	safety  hotline.Safety
	owner   hotline.UserID
	unread  int
	kind    hotline.Kind
	text    string
}

// seeds are invented; the numbers are reserved for fiction.
var seeds = []told{
	{177, 1, 112 * time.Second, "whatsapp", "es", "not_asked", "u-sam", 3, "report", "Cerraron con llave y se llevaron los teléfonos. Sigo adentro."},
	{118, 1, 48 * time.Second, "sms", "km", "safe", "", 2, "report", "យប់នេះគេនឹងដឹកយើងទៅកន្លែងផ្សេង។ យើងមានគ្នា ៣ នាក់។"},
	{163, 2, 728 * time.Second, "whatsapp", "ar", "safe", "", 1, "report", "جواز سفري عند صاحب العمل ولم أستلم راتبي منذ خمسة أشهر."},
	{126, 2, 391 * time.Second, "sms", "hi", "safe", "u-leila", 0, "report", "वे कहते हैं कि क़र्ज़ चुकाए बिना हम काम नहीं छोड़ सकते।"},
	{117, 2, 242 * time.Second, "webchat", "uk", "unsafe", "", 1, "report", "Мені обіцяли іншу роботу. Документи забрали першого дня."},
	{142, 2, 190 * time.Second, "sms", "am", "safe", "u-dina", 1, "report", "ነገ ጠዋት ወደ ሌላ ቤት እንወስድሻለን አሉኝ። እፈራለሁ።"},
	{109, 3, 2300 * time.Second, "sms", "tl", "safe", "", 1, "report", "Hindi pa po kami binabayaran mula Enero. Ano po ang puwede naming gawin?"},
	{150, 3, 1307 * time.Second, "sms", "bn", "safe", "u-leila", 0, "report", "আমার ভাই বিদেশে কাজে গেছে, এক মাস ধরে কোনো খবর নেই।"},
	{162, 3, 545 * time.Second, "webchat", "en", "safe", "", 1, "report", "A woman at the place I clean sleeps in the store room. She never goes out."},
	{191, 4, 4320 * time.Second, "sms", "fr", "safe", "", 1, "question", "Cette offre à l'étranger est-elle normale ? On me demande 900 € d'abord."},
	{184, 4, 2770 * time.Second, "sms", "vi", "safe", "u-dina", 0, "question", "Tôi nên luôn giữ giấy tờ nào bên mình?"},
	{137, 4, 1233 * time.Second, "sms", "", "not_asked", "", 1, "question", "ብዛዕባ ናይ ስራሕ ወረቐት ሓገዝ ክረክብ ይኽእል ዶ?"},
	{155, 5, 3000 * time.Second, "sms", "en", "not_asked", "", 1, "noise", "WIN a new phone today, reply YES"},
	{133, 3, 0, "sms", "es", "safe", "u-dina", 0, "report", "Gracias, ya hablé con ella."},
}

func convID(no int) hotline.ConversationID {
	return hotline.ConversationID(fmt.Sprintf("01900000-0000-7000-8000-000000000%03d", no))
}

// seed puts the staff and the conversations into the fake.
func (f *fake) seed(list []told) {
	for _, u := range []hotline.User{dina, sam, leila, ana} {
		f.users[u.ID] = u
	}
	for _, t := range list {
		f.add(t)
	}
}

func (f *fake) add(t told) hotline.ConversationID {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := hotline.Conversation{
		ID: convID(t.no), Channel: t.channel, State: hotline.Open, Language: t.lang, To: "+15550100100",
		Address: hotline.Address(fmt.Sprintf("+15550100%03d", t.no)), Safety: t.safety, SafetyAt: f.clock().Add(-15 * time.Minute),
		Kind: t.kind, Priority: t.pri, OwnerID: t.owner, Unread: t.unread, Preview: hotline.Text(t.text),
		HandedOff: true, CreatedAt: f.clock().Add(-t.waited), LastInboundAt: f.clock().Add(-t.waited),
	}
	if t.channel == hotline.WebChat {
		c.Address = hotline.Address(fmt.Sprintf("4821093377150%03d", t.no))
	}
	if t.waited > 0 {
		c.WaitingSince = f.clock().Add(-t.waited)
	}
	f.convs[c.ID] = &hotline.Exchange{Contact: hotline.Contact{ID: hotline.ContactID("c" + string(c.ID)), Channel: t.channel}, Conversation: c}
	f.messages[c.ID] = append(f.messages[c.ID], hotline.Message{
		ID: hotline.MessageID("m" + string(c.ID)), ConversationID: c.ID, Direction: hotline.In, Author: hotline.FromPerson,
		Text: c.Preview, Language: t.lang, Delivery: hotline.Received, At: c.LastInboundAt,
	})
	return c.ID
}
