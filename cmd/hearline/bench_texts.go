package main

import "fmt"

// The benchmark's senders and texts are invented. Area code 555 is not
// assigned to anybody.

func benchSender(n int64) string { return fmt.Sprintf("+1555%07d", n%10_000_000) }

var benchOpenings = []string{
	"My boss took my passport and says I cannot leave until I pay for the trip. We are 6 in one room.",
	"El encargado nos quita el pasaporte y no nos paga desde hace tres meses. No podemos salir de la finca.",
	"Mon patron garde mes papiers et je travaille tous les jours sans repos. Je dors dans la cuisine.",
	"صاحب العمل أخذ جواز سفري ولم يدفع راتبي منذ خمسة أشهر ولا يسمح لي بالخروج",
	"hi, i saw a girl crying at the car wash on the ring road, she says she can not go home. what can i do",
	"Please help us, they lock the door at night and there is a man with a dog outside",
	"Hola, me ofrecieron un trabajo en el extranjero y piden dinero primero. Es normal?",
	"Bonjour, est-ce que ce service est gratuit? Je voudrais poser une question sur mon contrat",
}

var benchPlaces = []string{
	"behind the cold store near the harbour, the yellow house with the green gate",
	"cerca del puente viejo, en la finca de las naranjas, segunda entrada",
	"près de la gare routière, au dessus du restaurant, deuxième étage",
	"قرب السوق القديم في البناية الزرقاء الطابق الثالث",
}

func benchOpening(n int64) string { return benchOpenings[n%int64(len(benchOpenings))] }

// benchAnswer walks a known sender through the guided conversation: yes, it is
// safe; no danger now; what goes on; where. After that people tell more.
func benchAnswer(visit, n int64) string {
	switch visit {
	case 0:
		return "YES"
	case 1:
		return "NO"
	case 3:
		return benchPlaces[n%int64(len(benchPlaces))]
	}
	return benchOpening(n + visit)
}
