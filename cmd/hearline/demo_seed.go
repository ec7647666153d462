package main

import (
	"context"
	"fmt"
	"time"

	"github.com/hearline/hearline/hotline"
)

// seed is one invented conversation that the demo begins with.
type seed struct {
	channel hotline.Channel
	from    hotline.Address
	ago     time.Duration // when the first line was written
	lines   []string      // what the person wrote, a minute apart
	after   func(s *seeder, ctx context.Context, id hotline.ConversationID) error
}

// seeds shows every priority, several languages and states. Numbers are from
// the range reserved for fiction.
var seeds = []seed{
	{hotline.WhatsApp, "+15550100177", 4 * time.Minute, []string{"Ayuda por favor. Cerraron con llave y se llevaron los teléfonos. Sigo adentro.", "si", "si, dicen que esta noche nos llevan a otro lugar"}, nil},
	{hotline.SMS, "+15550100163", 16 * time.Minute, []string{"السلام عليكم", "نعم", "لا", "جواز سفري عند صاحب العمل ولم أستلم راتبي منذ خمسة أشهر", "بيت كبير قرب السوق"}, nil},
	{hotline.SMS, "+15550100142", 9 * time.Minute, []string{"They took our papers on the first day. We work 14 hours, no pay since March, we owe them for the trip", "YES", "not sure"}, (*seeder).answered},
	{hotline.SMS, "+15550100118", 22 * time.Minute, []string{"Bonjour, mon patron garde mon passeport et je ne peux pas sortir seule de la maison", "oui", "non"}, (*seeder).caseOpened},
	{hotline.SMS, "+15550100126", 31 * time.Minute, []string{"my employer does not let me go out, she has my passport", "NO"}, nil},
	{hotline.SMS, "+15550100109", 48 * time.Minute, []string{"I saw a girl, maybe 14, begging all day by the station. A man takes the money from her every hour.", "yes", "no"}, nil},
	{hotline.SMS, "+15550100150", 70 * time.Minute, []string{"Me ofrecen trabajo en el extranjero, piden 900 euros primero. ¿Es normal?"}, nil},
	{hotline.SMS, "+15550100191", 2 * time.Hour, []string{"Is this free? Do you tell the police my name?"}, nil},
	{hotline.WhatsApp, "+15550100184", 3 * time.Hour, []string{"يخدعون البنات بوعد عمل في مطعم ثم يأخذون جوازاتهم. أعرف بنتين هناك"}, nil},
	{hotline.SMS, "+15550100137", 5 * time.Hour, []string{"hi grandma did you get my cake lol"}, nil},
	{hotline.SMS, "+15550100155", 26 * time.Hour, []string{"I worked on a farm in 2019 and they never paid me. I am home now and safe.", "yes", "no"}, (*seeder).closed},
}

// seeder writes the seeds through the same rules as everything else, with a
// clock that it sets back.
type seeder struct {
	app   *app
	clock *demoClock
	staff hotline.User
	count int
}

// run files every seed; the app's rules must use the same clock. Afterwards the
// clock tells the present again.
func (s *seeder) run(ctx context.Context) error {
	start := time.Now()
	defer s.clock.behind.Store(0)
	for _, one := range seeds {
		s.clock.set(start.Add(-one.ago))
		id, err := s.tell(ctx, one)
		if err != nil {
			return fmt.Errorf("seed a conversation: %w", err)
		}
		if one.after == nil {
			continue
		}
		if err := one.after(s, ctx, id); err != nil {
			return fmt.Errorf("seed what staff did: %w", err)
		}
	}
	return nil
}

func (s *seeder) tell(ctx context.Context, one seed) (id hotline.ConversationID, err error) {
	for _, line := range one.lines {
		s.count++
		receipt, err := s.app.intake.Receive(ctx, hotline.Inbound{
			Channel: one.channel, From: one.from, To: demoNumber,
			ProviderID: fmt.Sprintf("SM%032x", s.count), Text: hotline.Text(line), Segments: 1, At: s.clock.now(),
		})
		if err != nil {
			return "", err
		}
		id = receipt.ConversationID
		if err := s.deliver(ctx); err != nil {
			return "", err
		}
		s.clock.behind.Add(-int64(time.Minute))
	}
	return id, nil
}

// deliver lets the automatic answers arrive when they were written: by the time
// the demo begins a last word among them would be too old to be sent.
func (s *seeder) deliver(ctx context.Context) error {
	for {
		out, err := s.app.db.Claim(ctx, 100, time.Minute)
		if err != nil || len(out) == 0 {
			return err
		}
		var results []hotline.SendResult
		for _, o := range out {
			s.count++
			results = append(results, hotline.SendResult{
				MessageID: o.MessageID, Attempts: o.Attempts, State: hotline.Done,
				ProviderID: fmt.Sprintf("SM%032x", s.count), Delivery: hotline.Delivered,
			})
		}
		if _, err := s.app.db.Settle(ctx, results); err != nil {
			return err
		}
	}
}

func (s *seeder) answered(ctx context.Context, id hotline.ConversationID) error {
	if err := s.app.queue.Take(ctx, s.staff, id); err != nil {
		return err
	}
	if err := s.app.desk.Note(ctx, s.staff, id, "Writes when the house is empty, so keep texts short.", ""); err != nil {
		return err
	}
	return s.app.desk.Reply(ctx, s.staff, id, "I am a person. I have read your messages. You choose what you tell us. Are you alone now?", "en", "")
}

func (s *seeder) caseOpened(ctx context.Context, id hotline.ConversationID) error {
	if err := s.app.queue.Take(ctx, s.staff, id); err != nil {
		return err
	}
	_, err := s.app.cases.Open(ctx, s.staff, id)
	return err
}

func (s *seeder) closed(ctx context.Context, id hotline.ConversationID) error {
	if err := s.answered(ctx, id); err != nil {
		return err
	}
	return s.app.desk.Close(ctx, s.staff, id)
}
