package calllog

import "callscout/settings"

// words are the texts of one language. A struct, not a map: a text that is
// missing does not compile into something half translated, it fails a test.
type words struct {
	inboundAnsweredBy, outboundAnsweredBy, inboundAnswered, outboundAnswered            string
	callEnded, callOver, missedCall, voicemailLeft, callbackAsked, notAnswered          string
	line, caller, called, agent, rang, team, menu, started, answered, ended             string
	waited, talked, reason, transfer, tags, recording, voicemail, comment, callback     string
	withheld, withheldParty, listen, listenSoon, open, inAircall, continues, callbackOf string
	transferredBy, transferredTo, notTaken, secondLeg, legOf, begunIn, conference       string
	subjectInbound, subjectOutbound, subjectMissed, subjectVoicemail                    string
	subjectCallback, unknownContact, anonymousCaller, createdByAircall                  string
	newVoicemail, newRecording, newComment                                              string
	shortCode, senderName                                                               string
	cardWithheld, cardNobody, cardUnknown, cardMade, cardEmail, cardCompany             string
	cardJobTitle, cardNotes, cardLatest, cardStatus, cardNoOwner, cardOther, cardMore   string
	statusActive, statusPending, statusClosed, statusSpam                               string
	because                                                                             map[Because]string
	reasons                                                                             map[string]string
	clock, colon                                                                        string
}

func wordsFor(language settings.Language) words {
	if w, known := catalog[language]; known {
		return w
	}
	return catalog[settings.English]
}

// status is Help Scout's status of a conversation; one of a newer Help Scout stays
// as it is.
func (w words) status(status string) string {
	switch status {
	case statusActive, statusOpen:
		return w.statusActive
	case statusPending:
		return w.statusPending
	case statusClosed:
		return w.statusClosed
	case statusSpam:
		return w.statusSpam
	default:
		return status
	}
}

// reasons of a missed call are Aircall's six, explained as its help centre does.
var catalog = map[settings.Language]words{
	settings.English: {
		inboundAnsweredBy: "Inbound call, answered by %s", outboundAnsweredBy: "Outbound call by %s, answered",
		inboundAnswered: "Inbound call, answered", outboundAnswered: "Outbound call, answered",
		callEnded: "Call ended after %s of talk", callOver: "Call ended", missedCall: "Missed call", voicemailLeft: "Missed call with voicemail",
		callbackAsked: "Callback requested", notAnswered: "Outbound call, not answered",
		line: "Line", caller: "Caller", called: "Called", agent: "Agent", rang: "Rang for", team: "Team", menu: "Menu choice",
		started: "Started", answered: "Answered", ended: "Ended", waited: "Waiting time", talked: "Talk time",
		reason: "Reason", transfer: "Transfer", tags: "Tags", recording: "Recording", voicemail: "Voicemail",
		comment: "Comment", callback: "Callback", withheld: "number withheld", withheldParty: "a withheld number",
		listen: "listen in Aircall", listenSoon: "listen (the link expires within hours)",
		open: "open the call in Aircall", inAircall: "In Aircall", continues: "Continues",
		callbackOf:    "answers the request in Aircall call %d",
		transferredBy: "by %s", transferredTo: "to %s", notTaken: "not taken",
		secondLeg: "Second leg", legOf: "continues Aircall call %d, which was transferred", conference: "Took part",
		begunIn: "conversation %d",
		because: map[Because]string{
			Full:    "conversation %d, which takes no more threads",
			Deleted: "conversation %d, which was deleted",
			Spam:    "conversation %d, which was marked as spam",
			Merged:  "conversation %d, which was merged into this one",
			Moved:   "conversation %d, which was moved to another inbox",
		},
		subjectInbound: "Inbound call from %s", subjectOutbound: "Outbound call to %s",
		subjectMissed: "Missed call from %s", subjectVoicemail: "Voicemail from %s", subjectCallback: "Callback requested by %s",
		unknownContact: "Unknown Contact (Aircall)", anonymousCaller: "Anonymous caller (Aircall)",
		createdByAircall: "Created automatically by Callscout for an Aircall call.",
		newVoicemail:     "A voicemail was left", newRecording: "The recording is ready", newComment: "Comment by %s",
		shortCode: "short code", senderName: "alphanumeric sender",
		cardWithheld: "Number withheld", cardNobody: "without a number nobody can be recognised",
		cardUnknown: "unknown: no customer has this number", cardMade: "new: no customer had this number, so one was made",
		cardEmail: "E-mail", cardCompany: "Company", cardJobTitle: "Job title", cardNotes: "Notes",
		cardLatest: "Latest conversation", cardStatus: "Status", cardNoOwner: "unassigned",
		cardOther: "Same number", cardMore: "and %d more",
		statusActive: "active", statusPending: "pending", statusClosed: "closed", statusSpam: "spam",
		reasons: map[string]string{
			"out_of_opening_hours":  "called outside the opening hours",
			"short_abandoned":       "the caller hung up within 10 seconds",
			"abandoned_in_ivr":      "the caller hung up in the menu",
			"abandoned_in_classic":  "the caller hung up before an agent's phone rang",
			"no_available_agent":    "no agent was available",
			"agents_did_not_answer": "no agent answered",
		},
		clock: "2006-01-02 15:04:05 MST", colon: ": ",
	},
	settings.German: {
		inboundAnsweredBy: "Eingehender Anruf, angenommen von %s", outboundAnsweredBy: "Ausgehender Anruf von %s, angenommen",
		inboundAnswered: "Eingehender Anruf, angenommen", outboundAnswered: "Ausgehender Anruf, angenommen",
		callEnded: "Anruf beendet nach %s Gespräch", callOver: "Anruf beendet", missedCall: "Verpasster Anruf", voicemailLeft: "Verpasster Anruf mit Voicemail",
		callbackAsked: "Rückruf gewünscht", notAnswered: "Ausgehender Anruf, nicht angenommen",
		line: "Leitung", caller: "Anrufer", called: "Angerufen", agent: "Agent", rang: "Klingelte bei", team: "Team", menu: "Menüauswahl",
		started: "Beginn", answered: "Angenommen", ended: "Ende", waited: "Wartezeit", talked: "Gesprächszeit",
		reason: "Grund", transfer: "Weiterleitung", tags: "Tags", recording: "Aufnahme", voicemail: "Voicemail",
		comment: "Kommentar", callback: "Rückruf", withheld: "Nummer unterdrückt", withheldParty: "unterdrückter Nummer",
		listen: "in Aircall anhören", listenSoon: "anhören (der Link läuft nach wenigen Stunden ab)",
		open: "Anruf in Aircall öffnen", inAircall: "In Aircall", continues: "Fortsetzung von",
		callbackOf:    "beantwortet den Wunsch aus Aircall call %d",
		transferredBy: "von %s", transferredTo: "an %s", notTaken: "nicht angenommen",
		secondLeg: "Zweiter Abschnitt", legOf: "setzt den weitergeleiteten Aircall call %d fort", conference: "Teilnehmer",
		begunIn: "Konversation %d", //nolint:misspell // it is German
		because: map[Because]string{
			Full:    "Konversation %d, die keine weiteren Einträge annimmt",               //nolint:misspell // it is German
			Deleted: "Konversation %d, die gelöscht wurde",                                //nolint:misspell // it is German
			Spam:    "Konversation %d, die als Spam markiert wurde",                       //nolint:misspell // it is German
			Merged:  "Konversation %d, die mit dieser zusammengeführt wurde",              //nolint:misspell // it is German
			Moved:   "Konversation %d, die in einen anderen Posteingang verschoben wurde", //nolint:misspell // it is German
		},
		subjectInbound: "Eingehender Anruf von %s", subjectOutbound: "Ausgehender Anruf an %s",
		subjectMissed: "Verpasster Anruf von %s", subjectVoicemail: "Voicemail von %s", subjectCallback: "Rückruf gewünscht von %s",
		unknownContact: "Unbekannter Kontakt (Aircall)", anonymousCaller: "Anonymer Anrufer (Aircall)",
		createdByAircall: "Von Callscout automatisch für einen Aircall-Anruf angelegt.",
		newVoicemail:     "Eine Voicemail wurde hinterlassen", newRecording: "Die Aufnahme ist fertig", newComment: "Kommentar von %s",
		shortCode: "Kurzwahl", senderName: "alphanumerischer Absender",
		cardWithheld: "Nummer unterdrückt", cardNobody: "ohne Nummer ist niemand zu erkennen",
		cardUnknown: "unbekannt: kein Kunde hat diese Nummer", cardMade: "neu: kein Kunde hatte diese Nummer, deshalb wurde einer angelegt",
		cardEmail: "E-Mail", cardCompany: "Firma", cardJobTitle: "Position", cardNotes: "Notizen",
		cardLatest: "Letzte Konversation", cardStatus: "Status", cardNoOwner: "nicht zugewiesen", //nolint:misspell // it is German
		cardOther: "Gleiche Nummer", cardMore: "und %d weitere",
		statusActive: "aktiv", statusPending: "ausstehend", statusClosed: "geschlossen", statusSpam: "Spam",
		reasons: map[string]string{
			"out_of_opening_hours":  "Anruf außerhalb der Öffnungszeiten",
			"short_abandoned":       "innerhalb von 10 Sekunden aufgelegt",
			"abandoned_in_ivr":      "im Menü aufgelegt",
			"abandoned_in_classic":  "aufgelegt, bevor es bei einem Agenten klingelte",
			"no_available_agent":    "kein Agent war verfügbar",
			"agents_did_not_answer": "kein Agent hat abgenommen",
		},
		clock: "02.01.2006 15:04:05 MST", colon: ": ",
	},
	settings.French: {
		inboundAnsweredBy: "Appel entrant, pris par %s", outboundAnsweredBy: "Appel sortant de %s, abouti",
		inboundAnswered: "Appel entrant, pris", outboundAnswered: "Appel sortant, abouti",
		callEnded: "Appel terminé après %s de conversation", callOver: "Appel terminé", missedCall: "Appel manqué", voicemailLeft: "Appel manqué avec message vocal",
		callbackAsked: "Rappel demandé", notAnswered: "Appel sortant, sans réponse",
		line: "Ligne", caller: "Appelant", called: "Appelé", agent: "Agent", rang: "A sonné chez", team: "Équipe", menu: "Choix du menu",
		started: "Début", answered: "Décroché", ended: "Fin", waited: "Temps d’attente", talked: "Temps de conversation",
		reason: "Raison", transfer: "Transfert", tags: "Tags", recording: "Enregistrement", voicemail: "Message vocal",
		comment: "Commentaire", callback: "Rappel", withheld: "numéro masqué", withheldParty: "numéro masqué",
		listen: "écouter dans Aircall", listenSoon: "écouter (le lien expire après quelques heures)",
		open: "ouvrir l’appel dans Aircall", inAircall: "Dans Aircall", continues: "Suite de",
		callbackOf:    "répond à la demande dans Aircall call %d",
		transferredBy: "de %s", transferredTo: "vers %s", notTaken: "non pris",
		secondLeg: "Seconde partie", legOf: "suite de l’appel transféré, Aircall call %d", conference: "Participants",
		begunIn: "conversation %d",
		because: map[Because]string{
			Full:    "conversation %d, qui n’accepte plus de messages",
			Deleted: "conversation %d, qui a été supprimée",
			Spam:    "conversation %d, qui a été marquée comme spam",
			Merged:  "conversation %d, qui a été fusionnée avec celle-ci",
			Moved:   "conversation %d, qui a été déplacée dans une autre boîte",
		},
		subjectInbound: "Appel entrant de %s", subjectOutbound: "Appel sortant vers %s",
		subjectMissed: "Appel manqué de %s", subjectVoicemail: "Message vocal de %s", subjectCallback: "Rappel demandé par %s",
		unknownContact: "Contact inconnu (Aircall)", anonymousCaller: "Appelant anonyme (Aircall)",
		createdByAircall: "Créé automatiquement par Callscout pour un appel Aircall.",
		newVoicemail:     "Un message vocal a été laissé", newRecording: "L’enregistrement est prêt", newComment: "Commentaire de %s",
		shortCode: "numéro court", senderName: "expéditeur alphanumérique",
		cardWithheld: "Numéro masqué", cardNobody: "sans numéro, personne ne peut être reconnu",
		cardUnknown: "inconnu : aucun client n’a ce numéro", cardMade: "nouveau : aucun client n’avait ce numéro, une fiche a été créée",
		cardEmail: "E-mail", cardCompany: "Entreprise", cardJobTitle: "Fonction", cardNotes: "Notes",
		cardLatest: "Dernière conversation", cardStatus: "Statut", cardNoOwner: "non attribuée",
		cardOther: "Même numéro", cardMore: "et %d de plus",
		statusActive: "active", statusPending: "en attente", statusClosed: "fermée", statusSpam: "spam",
		reasons: map[string]string{
			"out_of_opening_hours":  "appel en dehors des heures d’ouverture",
			"short_abandoned":       "l’appelant a raccroché en moins de 10 secondes",
			"abandoned_in_ivr":      "l’appelant a raccroché dans le menu",
			"abandoned_in_classic":  "l’appelant a raccroché avant que cela sonne chez un agent",
			"no_available_agent":    "aucun agent n’était disponible",
			"agents_did_not_answer": "aucun agent n’a décroché",
		},
		clock: "02/01/2006 15:04:05 MST", colon: "\u00a0: ",
	},
	settings.Spanish: {
		inboundAnsweredBy: "Llamada entrante, atendida por %s", outboundAnsweredBy: "Llamada saliente de %s, atendida",
		inboundAnswered: "Llamada entrante, atendida", outboundAnswered: "Llamada saliente, atendida",
		callEnded: "Llamada terminada tras %s de conversación", callOver: "Llamada terminada", missedCall: "Llamada perdida", voicemailLeft: "Llamada perdida con mensaje de voz",
		callbackAsked: "Devolución de llamada solicitada", notAnswered: "Llamada saliente, sin respuesta",
		line: "Línea", caller: "Llamante", called: "Número marcado", agent: "Agente", rang: "Sonó en", team: "Equipo", menu: "Opción del menú",
		started: "Inicio", answered: "Atendida", ended: "Fin", waited: "Tiempo de espera", talked: "Tiempo de conversación",
		reason: "Motivo", transfer: "Transferencia", tags: "Etiquetas", recording: "Grabación", voicemail: "Mensaje de voz",
		comment: "Comentario", callback: "Devolución de llamada", withheld: "número oculto", withheldParty: "un número oculto",
		listen: "escuchar en Aircall", listenSoon: "escuchar (el enlace caduca en unas horas)",
		open: "abrir la llamada en Aircall", inAircall: "En Aircall", continues: "Continuación de",
		callbackOf:    "responde a la solicitud de Aircall call %d",
		transferredBy: "de %s", transferredTo: "a %s", notTaken: "no atendida",
		secondLeg: "Segunda parte", legOf: "continúa la llamada transferida, Aircall call %d", conference: "Participantes", //nolint:misspell // it is Spanish
		begunIn: "conversación %d",
		because: map[Because]string{
			Full:    "conversación %d, que no admite más entradas",
			Deleted: "conversación %d, que se eliminó",
			Spam:    "conversación %d, que se marcó como spam",
			Merged:  "conversación %d, que se combinó con esta",
			Moved:   "conversación %d, que se movió a otro buzón",
		},
		subjectInbound: "Llamada entrante de %s", subjectOutbound: "Llamada saliente a %s",
		subjectMissed: "Llamada perdida de %s", subjectVoicemail: "Mensaje de voz de %s", subjectCallback: "Devolución solicitada por %s",
		unknownContact: "Contacto desconocido (Aircall)", anonymousCaller: "Llamante anónimo (Aircall)",
		createdByAircall: "Creado automáticamente por Callscout para una llamada de Aircall.",
		newVoicemail:     "Se ha dejado un mensaje de voz", newRecording: "La grabación está lista", newComment: "Comentario de %s",
		shortCode: "número corto", senderName: "remitente alfanumérico",
		cardWithheld: "Número oculto", cardNobody: "sin número no se puede reconocer a nadie",
		cardUnknown: "desconocido: ningún cliente tiene este número", cardMade: "nuevo: ningún cliente tenía este número y se ha creado uno",
		cardEmail: "Correo electrónico", cardCompany: "Empresa", cardJobTitle: "Cargo", cardNotes: "Notas",
		cardLatest: "Última conversación", cardStatus: "Estado", cardNoOwner: "sin asignar",
		cardOther: "Mismo número", cardMore: "y %d más",
		statusActive: "activa", statusPending: "pendiente", statusClosed: "cerrada", statusSpam: "spam",
		reasons: map[string]string{
			"out_of_opening_hours":  "llamada fuera del horario de atención",
			"short_abandoned":       "el llamante colgó en menos de 10 segundos",
			"abandoned_in_ivr":      "el llamante colgó en el menú",
			"abandoned_in_classic":  "el llamante colgó antes de que sonara en un agente",
			"no_available_agent":    "no había ningún agente disponible",
			"agents_did_not_answer": "ningún agente contestó",
		},
		clock: "02/01/2006 15:04:05 MST", colon: ": ",
	},
}
