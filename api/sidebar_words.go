package api

import (
	"callscout/calllog"
	"callscout/settings"
)

// sidebarWords are the texts of the app in Help Scout's sidebar, in one language.
type sidebarWords struct {
	Numbers, NoNumbers, Call, Line, Calls, NoCalls, CallsUnknown, Open, Running string
	Calling, Unavailable, NotStarted, Expired, NoAgent, AircallAway, Away       string
	Inbound, Outbound, Clock                                                    string
	Outcomes                                                                    map[calllog.Outcome]string
}

func sidebarWordsFor(language settings.Language) (settings.Language, sidebarWords) {
	if words, known := sidebarCatalog[language]; known {
		return language, words
	}
	return settings.English, sidebarCatalog[settings.English]
}

var sidebarCatalog = map[settings.Language]sidebarWords{
	settings.English: {
		Numbers: "Phone numbers", NoNumbers: "This customer has no phone number.", Call: "Call", Line: "Line to call from",
		Calls: "Last calls", NoCalls: "No calls are known.", CallsUnknown: "The last calls cannot be shown just now.", Open: "Open",
		Running: "A call is running now.", Calling: "Aircall is calling %s. Go on in the Aircall app.",
		Unavailable: "Aircall cannot start a call for you just now. Open the Aircall app on your computer, and set yourself available.",
		NotStarted:  "Aircall did not start the call. Try again, or call from the Aircall app.",
		Expired:     "This page is too old. Open the conversation anew, then call.",
		NoAgent:     "You have no user in Aircall with your e-mail address, so calls cannot be started here.",
		AircallAway: "Aircall does not answer, so calls cannot be started here just now.",
		Away:        "Help Scout does not answer. Open the conversation anew in a moment.",
		Inbound:     "Inbound", Outbound: "Outbound", Clock: "2006-01-02 15:04",
		Outcomes: map[calllog.Outcome]string{
			calllog.OutcomeAnswered: "answered", calllog.OutcomeMissed: "missed", calllog.OutcomeVoicemail: "voicemail",
			calllog.OutcomeCallback: "callback requested", calllog.OutcomeUnanswered: "not answered", calllog.OutcomeVoiceAgent: "voice agent",
		},
	},
	settings.German: {
		Numbers: "Telefonnummern", NoNumbers: "Zu diesem Kunden gibt es keine Telefonnummer.", Call: "Anrufen", Line: "Leitung für den Anruf",
		Calls: "Letzte Anrufe", NoCalls: "Es sind keine Anrufe bekannt.", CallsUnknown: "Die letzten Anrufe können gerade nicht gezeigt werden.", Open: "Öffnen",
		Running: "Gerade läuft ein Anruf.", Calling: "Aircall ruft %s an. Weiter geht es in der Aircall-App.",
		Unavailable: "Aircall kann für Sie gerade keinen Anruf beginnen. Öffnen Sie die Aircall-App am Computer, und melden Sie sich verfügbar.",
		NotStarted:  "Aircall hat den Anruf nicht begonnen. Versuchen Sie es noch einmal, oder rufen Sie aus der Aircall-App an.",
		Expired:     "Diese Seite ist zu alt. Öffnen Sie die Konversation neu, und rufen Sie dann an.", //nolint:misspell // it is German
		NoAgent:     "In Aircall gibt es keinen Benutzer mit Ihrer E-Mail-Adresse, deshalb können hier keine Anrufe begonnen werden.",
		AircallAway: "Aircall antwortet nicht, deshalb können hier gerade keine Anrufe begonnen werden.",
		Away:        "Help Scout antwortet nicht. Öffnen Sie die Konversation gleich noch einmal.", //nolint:misspell // it is German
		Inbound:     "Eingehend", Outbound: "Ausgehend", Clock: "02.01.2006 15:04",
		Outcomes: map[calllog.Outcome]string{
			calllog.OutcomeAnswered: "angenommen", calllog.OutcomeMissed: "verpasst", calllog.OutcomeVoicemail: "Voicemail",
			calllog.OutcomeCallback: "Rückruf erbeten", calllog.OutcomeUnanswered: "nicht angenommen", calllog.OutcomeVoiceAgent: "Sprachassistent",
		},
	},
	settings.French: {
		Numbers: "Numéros de téléphone", NoNumbers: "Ce client n’a pas de numéro de téléphone.", Call: "Appeler", Line: "Ligne pour appeler",
		Calls: "Derniers appels", NoCalls: "Aucun appel n’est connu.", CallsUnknown: "Les derniers appels ne peuvent pas être affichés pour le moment.", Open: "Ouvrir",
		Running: "Un appel est en cours.", Calling: "Aircall appelle le %s. Continuez dans l’application Aircall.",
		Unavailable: "Aircall ne peut pas lancer d’appel pour vous en ce moment. Ouvrez l’application Aircall sur votre ordinateur et passez en disponible.",
		NotStarted:  "Aircall n’a pas lancé l’appel. Réessayez, ou appelez depuis l’application Aircall.",
		Expired:     "Cette page est trop ancienne. Rouvrez la conversation, puis appelez.",
		NoAgent:     "Aucun utilisateur d’Aircall n’a votre adresse e-mail : les appels ne peuvent pas être lancés ici.",
		AircallAway: "Aircall ne répond pas : les appels ne peuvent pas être lancés ici pour le moment.",
		Away:        "Help Scout ne répond pas. Rouvrez la conversation dans un instant.",
		Inbound:     "Entrant", Outbound: "Sortant", Clock: "02/01/2006 15:04",
		Outcomes: map[calllog.Outcome]string{
			calllog.OutcomeAnswered: "répondu", calllog.OutcomeMissed: "manqué", calllog.OutcomeVoicemail: "message vocal",
			calllog.OutcomeCallback: "rappel demandé", calllog.OutcomeUnanswered: "sans réponse", calllog.OutcomeVoiceAgent: "agent vocal",
		},
	},
	settings.Spanish: {
		Numbers: "Números de teléfono", NoNumbers: "Este cliente no tiene número de teléfono.", Call: "Llamar", Line: "Línea para llamar",
		Calls: "Últimas llamadas", NoCalls: "No se conocen llamadas.", CallsUnknown: "Las últimas llamadas no se pueden mostrar ahora.", Open: "Abrir",
		Running: "Hay una llamada en curso.", Calling: "Aircall está llamando al %s. Continúe en la aplicación de Aircall.",
		Unavailable: "Aircall no puede iniciar ahora una llamada para usted. Abra la aplicación de Aircall en su ordenador y póngase disponible.",
		NotStarted:  "Aircall no inició la llamada. Inténtelo de nuevo o llame desde la aplicación de Aircall.",
		Expired:     "Esta página es demasiado antigua. Abra de nuevo la conversación y llame después.",
		NoAgent:     "En Aircall no hay ningún usuario con su dirección de correo, por lo que aquí no se pueden iniciar llamadas.",
		AircallAway: "Aircall no responde, por lo que ahora no se pueden iniciar llamadas aquí.",
		Away:        "Help Scout no responde. Abra de nuevo la conversación más tarde.",
		Inbound:     "Entrante", Outbound: "Saliente", Clock: "02/01/2006 15:04",
		Outcomes: map[calllog.Outcome]string{
			calllog.OutcomeAnswered: "contestada", calllog.OutcomeMissed: "perdida", calllog.OutcomeVoicemail: "buzón de voz",
			calllog.OutcomeCallback: "devolución solicitada", calllog.OutcomeUnanswered: "sin respuesta", calllog.OutcomeVoiceAgent: "agente de voz",
		},
	},
}
