package api

import (
	"callscout/calllog"
	"callscout/settings"
)

// sidebarWords are the texts of the app in Help Scout's sidebar, in one language.
type sidebarWords struct {
	Numbers, NoNumbers, Call, Line, Calls, NoCalls, CallsUnknown, Open, Running string
	Calling, Unavailable, Refused, Uncertain, NotConnected, TooMany             string
	Expired, NoAgent, NoLine, LineGone, AircallAway, Away                       string
	NoCustomer, CustomerGone, Withheld, NotReadable                             string
	NotSigned, WrongSignature, StoreAway                                        string
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
		Unavailable:    "Aircall cannot start a call for you just now. Open the Aircall app on your computer, and set yourself available.",
		Refused:        "Aircall refused this call. Perhaps the line is not yours, or may not call this number. Choose another line, or call from the Aircall app.",
		Uncertain:      "Aircall did not answer, so the call may have begun. Look at your Aircall app before you try again.",
		NotConnected:   "Aircall refuses Callscout’s connection, so calls cannot be started here. Tell whoever administers Callscout.",
		TooMany:        "Aircall takes no more requests in this minute. Try again in a minute.",
		NoLine:         "No line of Aircall is mapped to an inbox, so calls cannot be started here.",
		LineGone:       "This line is no longer mapped. Open the conversation anew, and choose another one.",
		NoCustomer:     "Help Scout names no customer here. Open a conversation that has one.",
		CustomerGone:   "Help Scout does not know this customer any more. Perhaps it was merged or deleted. Open the conversation anew.",
		Withheld:       "The caller withheld the number, so nobody can be called back.",
		NotReadable:    "What stands as this customer’s phone number cannot be dialled. Correct it in Help Scout.",
		NotSigned:      "This page opens in Help Scout only, beside a conversation.",
		WrongSignature: "This request does not carry the signature of a known app. Tell whoever administers Callscout: the app’s address ends with the installation’s id, and its secret key stands in the settings as helpscout.sidebar_secret.",
		StoreAway:      "Callscout’s database does not answer. Try again in a moment.",
		Expired:        "This page is too old. Open the conversation anew, then call.",
		NoAgent:        "You have no user in Aircall with your e-mail address, so calls cannot be started here.",
		AircallAway:    "Aircall does not answer, so calls cannot be started here just now.",
		Away:           "Help Scout does not answer. Open the conversation anew in a moment.",
		Inbound:        "Inbound", Outbound: "Outbound", Clock: "2006-01-02 15:04",
		Outcomes: map[calllog.Outcome]string{
			calllog.OutcomeAnswered: "answered", calllog.OutcomeMissed: "missed", calllog.OutcomeVoicemail: "voicemail",
			calllog.OutcomeCallback: "callback requested", calllog.OutcomeUnanswered: "not answered", calllog.OutcomeVoiceAgent: "voice agent",
		},
	},
	settings.German: {
		Numbers: "Telefonnummern", NoNumbers: "Zu diesem Kunden gibt es keine Telefonnummer.", Call: "Anrufen", Line: "Leitung für den Anruf",
		Calls: "Letzte Anrufe", NoCalls: "Es sind keine Anrufe bekannt.", CallsUnknown: "Die letzten Anrufe können gerade nicht gezeigt werden.", Open: "Öffnen",
		Running: "Gerade läuft ein Anruf.", Calling: "Aircall ruft %s an. Weiter geht es in der Aircall-App.",
		Unavailable:    "Aircall kann für Sie gerade keinen Anruf beginnen. Öffnen Sie die Aircall-App am Computer, und melden Sie sich verfügbar.",
		Refused:        "Aircall hat diesen Anruf abgelehnt. Vielleicht gehört Ihnen die Leitung nicht, oder sie darf diese Nummer nicht anrufen. Wählen Sie eine andere Leitung, oder rufen Sie aus der Aircall-App an.",
		Uncertain:      "Aircall hat nicht geantwortet, der Anruf kann also begonnen haben. Sehen Sie in Ihrer Aircall-App nach, bevor Sie es noch einmal versuchen.",
		NotConnected:   "Aircall weist Callscouts Verbindung ab, deshalb können hier keine Anrufe begonnen werden. Sagen Sie es dem, der Callscout verwaltet.",
		TooMany:        "Aircall nimmt in dieser Minute keine Anfragen mehr an. Versuchen Sie es in einer Minute noch einmal.",
		NoLine:         "Keine Leitung von Aircall ist einem Postfach zugeordnet, deshalb können hier keine Anrufe begonnen werden.",
		LineGone:       "Diese Leitung ist nicht mehr zugeordnet. Öffnen Sie die Konversation neu, und wählen Sie eine andere.",
		NoCustomer:     "Help Scout nennt hier keinen Kunden. Öffnen Sie eine Konversation, die einen hat.",
		CustomerGone:   "Help Scout kennt diesen Kunden nicht mehr. Vielleicht wurde er zusammengeführt oder gelöscht. Öffnen Sie die Konversation neu.",
		Withheld:       "Der Anrufer hat seine Nummer unterdrückt, deshalb kann niemand zurückgerufen werden.",
		NotReadable:    "Was als Telefonnummer dieses Kunden eingetragen ist, lässt sich nicht wählen. Berichtigen Sie es in Help Scout.",
		NotSigned:      "Diese Seite öffnet sich nur in Help Scout, neben einer Konversation.",
		WrongSignature: "Diese Anfrage trägt nicht die Unterschrift einer bekannten App. Sagen Sie es dem, der Callscout verwaltet: Die Adresse der App endet mit der Id der Installation, und ihr geheimer Schlüssel steht in den Einstellungen als helpscout.sidebar_secret.",
		StoreAway:      "Callscouts Datenbank antwortet nicht. Versuchen Sie es gleich noch einmal.",
		Expired:        "Diese Seite ist zu alt. Öffnen Sie die Konversation neu, und rufen Sie dann an.",
		NoAgent:        "In Aircall gibt es keinen Benutzer mit Ihrer E-Mail-Adresse, deshalb können hier keine Anrufe begonnen werden.",
		AircallAway:    "Aircall antwortet nicht, deshalb können hier gerade keine Anrufe begonnen werden.",
		Away:           "Help Scout antwortet nicht. Öffnen Sie die Konversation gleich noch einmal.",
		Inbound:        "Eingehend", Outbound: "Ausgehend", Clock: "02.01.2006 15:04",
		Outcomes: map[calllog.Outcome]string{
			calllog.OutcomeAnswered: "angenommen", calllog.OutcomeMissed: "verpasst", calllog.OutcomeVoicemail: "Voicemail",
			calllog.OutcomeCallback: "Rückruf erbeten", calllog.OutcomeUnanswered: "nicht angenommen", calllog.OutcomeVoiceAgent: "Sprachassistent",
		},
	},
	settings.French: {
		Numbers: "Numéros de téléphone", NoNumbers: "Ce client n’a pas de numéro de téléphone.", Call: "Appeler", Line: "Ligne pour appeler",
		Calls: "Derniers appels", NoCalls: "Aucun appel n’est connu.", CallsUnknown: "Les derniers appels ne peuvent pas être affichés pour le moment.", Open: "Ouvrir",
		Running: "Un appel est en cours.", Calling: "Aircall appelle le %s. Continuez dans l’application Aircall.",
		Unavailable:    "Aircall ne peut pas lancer d’appel pour vous en ce moment. Ouvrez l’application Aircall sur votre ordinateur et passez en disponible.",
		Refused:        "Aircall a refusé cet appel. Peut-être que la ligne n’est pas la vôtre, ou qu’elle ne peut pas appeler ce numéro. Choisissez une autre ligne, ou appelez depuis l’application Aircall.",
		Uncertain:      "Aircall n’a pas répondu : l’appel a peut-être commencé. Regardez votre application Aircall avant de réessayer.",
		NotConnected:   "Aircall refuse la connexion de Callscout : les appels ne peuvent pas être lancés ici. Prévenez la personne qui administre Callscout.",
		TooMany:        "Aircall n’accepte plus de requêtes pendant cette minute. Réessayez dans une minute.",
		NoLine:         "Aucune ligne d’Aircall n’est associée à une boîte : les appels ne peuvent pas être lancés ici.",
		LineGone:       "Cette ligne n’est plus associée. Rouvrez la conversation et choisissez-en une autre.",
		NoCustomer:     "Help Scout n’indique aucun client ici. Ouvrez une conversation qui en a un.",
		CustomerGone:   "Help Scout ne connaît plus ce client. Il a peut-être été fusionné ou supprimé. Rouvrez la conversation.",
		Withheld:       "L’appelant a masqué son numéro : personne ne peut être rappelé.",
		NotReadable:    "Ce qui est noté comme numéro de ce client ne peut pas être composé. Corrigez-le dans Help Scout.",
		NotSigned:      "Cette page ne s’ouvre que dans Help Scout, à côté d’une conversation.",
		WrongSignature: "Cette requête ne porte pas la signature d’une application connue. Prévenez la personne qui administre Callscout : l’adresse de l’application se termine par l’identifiant de l’installation, et sa clé secrète figure dans les réglages sous helpscout.sidebar_secret.",
		StoreAway:      "La base de données de Callscout ne répond pas. Réessayez dans un instant.",
		Expired:        "Cette page est trop ancienne. Rouvrez la conversation, puis appelez.",
		NoAgent:        "Aucun utilisateur d’Aircall n’a votre adresse e-mail : les appels ne peuvent pas être lancés ici.",
		AircallAway:    "Aircall ne répond pas : les appels ne peuvent pas être lancés ici pour le moment.",
		Away:           "Help Scout ne répond pas. Rouvrez la conversation dans un instant.",
		Inbound:        "Entrant", Outbound: "Sortant", Clock: "02/01/2006 15:04",
		Outcomes: map[calllog.Outcome]string{
			calllog.OutcomeAnswered: "répondu", calllog.OutcomeMissed: "manqué", calllog.OutcomeVoicemail: "message vocal",
			calllog.OutcomeCallback: "rappel demandé", calllog.OutcomeUnanswered: "sans réponse", calllog.OutcomeVoiceAgent: "agent vocal",
		},
	},
	settings.Spanish: {
		Numbers: "Números de teléfono", NoNumbers: "Este cliente no tiene número de teléfono.", Call: "Llamar", Line: "Línea para llamar",
		Calls: "Últimas llamadas", NoCalls: "No se conocen llamadas.", CallsUnknown: "Las últimas llamadas no se pueden mostrar ahora.", Open: "Abrir",
		Running: "Hay una llamada en curso.", Calling: "Aircall está llamando al %s. Continúe en la aplicación de Aircall.",
		Unavailable:    "Aircall no puede iniciar ahora una llamada para usted. Abra la aplicación de Aircall en su ordenador y póngase disponible.",
		Refused:        "Aircall rechazó esta llamada. Quizá la línea no sea suya o no pueda llamar a este número. Elija otra línea o llame desde la aplicación de Aircall.",
		Uncertain:      "Aircall no respondió, así que la llamada puede haber empezado. Mire su aplicación de Aircall antes de volver a intentarlo.",
		NotConnected:   "Aircall rechaza la conexión de Callscout, por lo que aquí no se pueden iniciar llamadas. Avise a quien administra Callscout.",
		TooMany:        "Aircall no acepta más solicitudes en este minuto. Inténtelo de nuevo en un minuto.",
		NoLine:         "Ninguna línea de Aircall está asignada a un buzón, por lo que aquí no se pueden iniciar llamadas.",
		LineGone:       "Esta línea ya no está asignada. Abra de nuevo la conversación y elija otra.",
		NoCustomer:     "Help Scout no indica aquí ningún cliente. Abra una conversación que tenga uno.",
		CustomerGone:   "Help Scout ya no conoce a este cliente. Quizá se fusionó o se eliminó. Abra de nuevo la conversación.",
		Withheld:       "La persona que llamó ocultó su número, así que no se le puede devolver la llamada.",
		NotReadable:    "Lo que figura como teléfono de este cliente no se puede marcar. Corríjalo en Help Scout.",
		NotSigned:      "Esta página solo se abre en Help Scout, junto a una conversación.",
		WrongSignature: "Esta solicitud no lleva la firma de una aplicación conocida. Avise a quien administra Callscout: la dirección de la aplicación termina con el identificador de la instalación, y su clave secreta figura en los ajustes como helpscout.sidebar_secret.",
		StoreAway:      "La base de datos de Callscout no responde. Inténtelo de nuevo en un momento.",
		Expired:        "Esta página es demasiado antigua. Abra de nuevo la conversación y llame después.",
		NoAgent:        "En Aircall no hay ningún usuario con su dirección de correo, por lo que aquí no se pueden iniciar llamadas.",
		AircallAway:    "Aircall no responde, por lo que ahora no se pueden iniciar llamadas aquí.",
		Away:           "Help Scout no responde. Abra de nuevo la conversación más tarde.",
		Inbound:        "Entrante", Outbound: "Saliente", Clock: "02/01/2006 15:04",
		Outcomes: map[calllog.Outcome]string{
			calllog.OutcomeAnswered: "contestada", calllog.OutcomeMissed: "perdida", calllog.OutcomeVoicemail: "buzón de voz",
			calllog.OutcomeCallback: "devolución solicitada", calllog.OutcomeUnanswered: "sin respuesta", calllog.OutcomeVoiceAgent: "agente de voz",
		},
	},
}
