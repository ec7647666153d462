package simulator

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// problem is a refusal in Twilio's shape. A problem's texts never repeat what
// was asked.
type problem struct {
	Status  int    `json:"status"`
	Code    int    `json:"code"`
	Message string `json:"message"`
	More    string `json:"more_info"`
}

func newProblem(status, code int, message string) *problem {
	return &problem{status, code, message, "https://www.twilio.com/docs/errors/" + strconv.Itoa(code)}
}

// The refusals, with Twilio's own codes.
var (
	errCredentials = newProblem(http.StatusUnauthorized, 20003, "Authenticate")
	errNotFound    = newProblem(http.StatusNotFound, 20404, "The requested resource was not found")
	errMethod      = newProblem(http.StatusMethodNotAllowed, 20004, "Method not allowed")
	errUnfinished  = newProblem(http.StatusConflict, 20009, "The message is not in a final state")
	errTooMany     = newProblem(http.StatusTooManyRequests, 20429, "Too Many Requests")
	errServer      = newProblem(http.StatusInternalServerError, 20500, "An internal server error has occurred")
	errParameter   = newProblem(http.StatusBadRequest, 20001, "A parameter is invalid")

	errNoBody      = newProblem(http.StatusBadRequest, 21602, "Message body is required")
	errNoFrom      = newProblem(http.StatusBadRequest, 21603, "A 'From' phone number is required")
	errNoTo        = newProblem(http.StatusBadRequest, 21604, "A 'To' phone number is required")
	errBadTo       = newProblem(http.StatusBadRequest, 21211, "The 'To' number is not a valid phone number")
	errBadFrom     = newProblem(http.StatusBadRequest, 21606, "The 'From' phone number is not yours or cannot send")
	errPair        = newProblem(http.StatusBadRequest, 21910, "'From' and 'To' should be of the same channel")
	errOptedOut    = newProblem(http.StatusBadRequest, 21610, "Attempt to send to unsubscribed recipient")
	errTooLong     = newProblem(http.StatusBadRequest, 21617, "The concatenated message body exceeds the 1600 character limit")
	errService     = newProblem(http.StatusBadRequest, 21705, "The Messaging Service Sid is invalid")
	errUpdate      = newProblem(http.StatusBadRequest, 30400, "Parameters are not valid")
	errNotCanceled = newProblem(http.StatusConflict, 30409, "This message cannot be canceled")
	errSendAt      = newProblem(http.StatusBadRequest, 35114, "SendAt timestamp must be between 300 seconds and 35 days from now")
	errSchedule    = newProblem(http.StatusBadRequest, 35118, "MessagingServiceSid is required to schedule a message")
)

func refuse(w http.ResponseWriter, p *problem) { answer(w, p.Status, p) }

func answer(w http.ResponseWriter, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(data)
}
