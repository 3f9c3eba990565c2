package desk

import "callscout/calllog"

// faultWords say what a problem of a call means and what to do about it. English
// stands with the problems themselves (calllog.Problem).
var faultWords = func() map[string][4]string {
	for _, problem := range calllog.Problems() {
		key := "fault." + string(problem)
		for name, english := range map[string]string{key: problem.Explain(), key + ".do": problem.Remedy()} {
			texts := translatedFaults[name]
			texts[0] = english
			translatedFaults[name] = texts
		}
	}
	return translatedFaults
}()

var translatedFaults = map[string][4]string{
	"fault.HelpScoutDown":            {"", "Help Scout war nicht zu erreichen oder antwortete mit einem Serverfehler.", "Help Scout était injoignable ou a répondu par une erreur de serveur.", "No se pudo contactar con Help Scout o respondió con un error de servidor."},
	"fault.HelpScoutDown.do":         {"", "Warten Sie, bis Help Scout wieder geht, und wiederholen Sie dann.", "Attendez que Help Scout fonctionne de nouveau, puis réessayez.", "Espere a que Help Scout vuelva a funcionar y reintente."},
	"fault.HelpScoutRateLimited":     {"", "Help Scouts Anfragen pro Minute sind aufgebraucht.", "Les requêtes par minute de Help Scout sont épuisées.", "Las peticiones por minuto de Help Scout se agotaron."},
	"fault.HelpScoutRateLimited.do":  {"", "Warten Sie eine Minute, oder lassen Sie andere Integrationen des Kontos weniger senden, und wiederholen Sie dann.", "Attendez une minute, ou faites envoyer moins de requêtes aux autres intégrations du compte, puis réessayez.", "Espere un minuto, o haga que otras integraciones de la cuenta envíen menos, y reintente."},
	"fault.HelpScoutUnauthorized":    {"", "Help Scout nahm die Verbindung nicht an.", "Help Scout n’a pas accepté la connexion.", "Help Scout no aceptó la conexión."},
	"fault.HelpScoutUnauthorized.do": {"", "Verbinden Sie Help Scout in Callscout neu und wiederholen Sie dann. Bei einer eigenen Anwendung: prüfen Sie app_id und app_secret und ob ihr Besitzer ein aktiver Benutzer ist, wenden Sie die Einstellungen an und wiederholen Sie.", "Reconnectez Help Scout dans Callscout, puis réessayez. Avec votre propre application : vérifiez app_id et app_secret et que son propriétaire est un utilisateur actif, appliquez les réglages, puis réessayez.", "Conecte Help Scout de nuevo en Callscout y reintente. Con una aplicación propia: revise app_id y app_secret y que su dueño sea un usuario activo, aplique los ajustes y reintente."},
	"fault.HelpScoutForbidden":       {"", "Help Scout verweigerte den Zugriff.", "Help Scout a refusé l’accès.", "Help Scout denegó el acceso."},
	"fault.HelpScoutForbidden.do":    {"", "Geben Sie dem Benutzer hinter dem Token Zugriff auf das Postfach und das Recht, die API zu benutzen, und wiederholen Sie dann.", "Donnez à l’utilisateur derrière le jeton l’accès à la boîte et le droit d’utiliser l’API, puis réessayez.", "Dé al usuario del token acceso al buzón y permiso para usar la API, y reintente."},
	"fault.HelpScoutNotFound":        {"", "Help Scout kennt den Kunden oder Benutzer nicht, zu dem das Protokoll gehört.", "Help Scout ne connaît pas le client ou l’utilisateur auquel le journal se rapporte.", "Help Scout no conoce al cliente o usuario al que pertenece el registro."},
	"fault.HelpScoutNotFound.do":     {"", "Prüfen Sie, ob es Postfach und Kunde noch gibt, und wiederholen Sie dann.", "Vérifiez que la boîte et le client existent encore, puis réessayez.", "Compruebe que el buzón y el cliente aún existen y reintente."},
	"fault.HelpScoutRefused":         {"", "Help Scout wies das Protokoll als ungültig zurück.", "Help Scout a refusé le journal comme non valide.", "Help Scout rechazó el registro por no ser válido."},
	"fault.HelpScoutRefused.do":      {"", "Lesen Sie Help Scouts Antwort, beseitigen Sie die Ursache (ein gelöschtes Postfach, eine falsche Einstellung) und wiederholen Sie dann. Geht das nicht, überspringen Sie den Anruf.", "Lisez la réponse de Help Scout, supprimez la cause (une boîte supprimée, un mauvais réglage), puis réessayez. Si c’est impossible, ignorez l’appel.", "Lea la respuesta de Help Scout, elimine la causa (un buzón borrado, un ajuste erróneo) y reintente. Si no es posible, omita la llamada."},
	"fault.HelpScoutConflict":        {"", "Help Scout meldet einen Konflikt mit einem vorhandenen Eintrag.", "Help Scout signale un conflit avec une fiche existante.", "Help Scout informa de un conflicto con una ficha existente."},
	"fault.HelpScoutConflict.do":     {"", "Suchen Sie zwei Kunden mit derselben E-Mail-Adresse, führen Sie sie zusammen und wiederholen Sie dann.", "Cherchez deux clients ayant la même adresse e-mail, fusionnez-les, puis réessayez.", "Busque dos clientes con el mismo correo, fusiónelos y reintente."},
	"fault.CustomerGone":             {"", "Der Kunde wurde in Help Scout inzwischen zusammengeführt oder gelöscht.", "Le client a été entre-temps fusionné ou supprimé dans Help Scout.", "El cliente fue entretanto fusionado o eliminado en Help Scout."},
	"fault.CustomerGone.do":          {"", "Wiederholen Sie: der Kunde wird neu nachgesehen.", "Réessayez : le client est recherché à nouveau.", "Reintente: el cliente se busca de nuevo."},
	"fault.ConversationGone":         {"", "Die Konversation wurde inzwischen gelöscht oder als Spam markiert.", "La conversation a été entre-temps supprimée ou marquée comme indésirable.", "La conversación fue entretanto eliminada o marcada como spam."},
	"fault.ConversationGone.do":      {"", "Wiederholen Sie: eine andere Konversation wird gewählt.", "Réessayez : une autre conversation est choisie.", "Reintente: se elige otra conversación."},
	"fault.ConversationFull":         {"", "Die Konversation nimmt keine Einträge mehr auf: sie hat 100 oder ist wegen ihres Alters gesperrt.", "La conversation n’accepte plus d’échanges : elle en a 100 ou est verrouillée par son âge.", "La conversación no admite más entradas: tiene 100 o está bloqueada por antigüedad."},
	"fault.ConversationFull.do":      {"", "Wiederholen Sie: eine andere Konversation wird gewählt.", "Réessayez : une autre conversation est choisie.", "Reintente: se elige otra conversación."},
	"fault.AircallDown":              {"", "Aircall war nicht zu erreichen oder antwortete mit einem Serverfehler.", "Aircall était injoignable ou a répondu par une erreur de serveur.", "No se pudo contactar con Aircall o respondió con un error de servidor."},
	"fault.AircallDown.do":           {"", "Warten Sie, bis Aircall wieder geht, und wiederholen Sie dann.", "Attendez qu’Aircall fonctionne de nouveau, puis réessayez.", "Espere a que Aircall vuelva a funcionar y reintente."},
	"fault.AircallRateLimited":       {"", "Aircalls Anfragen pro Minute sind aufgebraucht.", "Les requêtes par minute d’Aircall sont épuisées.", "Las peticiones por minuto de Aircall se agotaron."},
	"fault.AircallRateLimited.do":    {"", "Warten Sie eine Minute und wiederholen Sie dann.", "Attendez une minute, puis réessayez.", "Espere un minuto y reintente."},
	"fault.AircallUnauthorized":      {"", "Aircall nahm die Verbindung nicht an.", "Aircall n’a pas accepté la connexion.", "Aircall no aceptó la conexión."},
	"fault.AircallUnauthorized.do":   {"", "Verbinden Sie Aircall in Callscout neu und wiederholen Sie dann. Bei einem API-Schlüssel: prüfen Sie api_id und api_token, wenden Sie die Einstellungen an und wiederholen Sie.", "Reconnectez Aircall dans Callscout, puis réessayez. Avec une clé API : vérifiez api_id et api_token, appliquez les réglages, puis réessayez.", "Conecte Aircall de nuevo en Callscout y reintente. Con una clave de API: revise api_id y api_token, aplique los ajustes y reintente."},
	"fault.AircallRefused":           {"", "Aircall wies die Anfrage zurück.", "Aircall a refusé la requête.", "Aircall rechazó la petición."},
	"fault.AircallRefused.do":        {"", "Lesen Sie Aircalls Antwort, dann wiederholen oder überspringen Sie.", "Lisez la réponse d’Aircall, puis réessayez ou ignorez.", "Lea la respuesta de Aircall y reintente u omita."},
	"fault.WriteUncertain":           {"", "Eine Antwort von Help Scout ging verloren, und noch ist nicht sicher, ob das Protokoll ankam.", "Une réponse de Help Scout s’est perdue, et il n’est pas encore sûr que le journal soit arrivé.", "Se perdió una respuesta de Help Scout y aún no es seguro que el registro llegara."},
	"fault.WriteUncertain.do":        {"", "Nichts: es wird danach gesucht, bevor wieder geschrieben wird.", "Rien : il est recherché avant d’être réécrit.", "Nada: se busca antes de escribir de nuevo."},
	"fault.FileUnavailable":          {"", "Eine Datei einer Nachricht ließ sich nicht holen.", "Un fichier d’un message n’a pas pu être récupéré.", "No se pudo obtener un archivo de un mensaje."},
	"fault.FileUnavailable.do":       {"", "Nichts: es wird wieder versucht, und die Nachricht wird inzwischen ohne sie protokolliert.", "Rien : un nouvel essai a lieu, et le message est consigné sans lui entre-temps.", "Nada: se intenta de nuevo y el mensaje se registra sin él mientras tanto."},
	"fault.StoreDown":                {"", "Callscouts eigene Datenbank antwortete nicht.", "La base de données de Callscout n’a pas répondu.", "La base de datos de Callscout no respondió."},
	"fault.StoreDown.do":             {"", "Prüfen Sie die Datenbank und ihren Speicherplatz und wiederholen Sie dann.", "Vérifiez la base de données et son espace disque, puis réessayez.", "Revise la base de datos y su espacio en disco y reintente."},
	"fault.Misconfigured":            {"", "Die Einstellungen der Installation lassen es nicht zu, diesen Anruf zu protokollieren.", "Les réglages de l’installation ne permettent pas de consigner cet appel.", "Los ajustes de la instalación no permiten registrar esta llamada."},
	"fault.Misconfigured.do":         {"", "Berichtigen Sie die Einstellungen und wiederholen Sie dann.", "Corrigez les réglages, puis réessayez.", "Corrija los ajustes y reintente."},
	"fault.WebhookGone":              {"", "Aircall hat keinen Webhook mit dem Token dieser Installation, also hört Callscout von keinem Anruf.", "Aircall n’a aucun webhook avec le jeton de cette installation ; Callscout n’entend donc parler d’aucun appel.", "Aircall no tiene ningún webhook con el token de esta instalación, así que Callscout no sabe de ninguna llamada."},
	"fault.WebhookGone.do":           {"", "Legen Sie den Webhook neu an, setzen Sie sein Token als aircall.webhook_token in die Einstellungen und wenden Sie sie an.", "Recréez le webhook, mettez son jeton dans les réglages (aircall.webhook_token), puis appliquez-les.", "Cree el webhook de nuevo, ponga su token en los ajustes como aircall.webhook_token y aplíquelos."},
	"fault.WebhookOff":               {"", "Aircall hat den Webhook ausgeschaltet, und er ließ sich nicht wieder einschalten.", "Aircall a désactivé le webhook, et il n’a pas pu être réactivé.", "Aircall desactivó el webhook y no se pudo reactivar."},
	"fault.WebhookOff.do":            {"", "Prüfen Sie, ob Aircall Callscout über HTTPS erreicht, und aktivieren Sie den Webhook in Aircalls Dashboard.", "Vérifiez qu’Aircall atteint Callscout en HTTPS, puis activez le webhook dans le tableau de bord d’Aircall.", "Compruebe que Aircall llega a Callscout por HTTPS y active el webhook en el panel de Aircall."},
	"fault.WebhookIncomplete":        {"", "Aircalls Webhook fehlen Ereignisse, die Callscout braucht, und sie ließen sich nicht hinzufügen.", "Il manque au webhook d’Aircall des événements dont Callscout a besoin, et ils n’ont pas pu être ajoutés.", "Al webhook de Aircall le faltan eventos que Callscout necesita, y no se pudieron añadir."},
	"fault.WebhookIncomplete.do":     {"", "Fügen Sie dem Webhook die Ereignisse aus README.md hinzu, mit events_action=add.", "Ajoutez au webhook les événements listés dans README.md, avec events_action=add.", "Añada al webhook los eventos que lista README.md, con events_action=add."},
	"fault.NumberGone":               {"", "Eine zugeordnete Nummer gibt es in Aircall nicht mehr.", "Un numéro associé n’existe plus dans Aircall.", "Un número asignado ya no está en Aircall."},
	"fault.NumberGone.do":            {"", "Nehmen Sie die Nummer aus den Einstellungen oder ordnen Sie die neue zu und wenden Sie sie an.", "Retirez le numéro des réglages, ou associez celui qui l’a remplacé, puis appliquez-les.", "Quite el número de los ajustes o asigne el que lo sustituyó y aplíquelos."},
	"fault.InboxGone":                {"", "Ein zugeordnetes Postfach gibt es in Help Scout nicht mehr.", "Une boîte associée n’existe plus dans Help Scout.", "Un buzón asignado ya no está en Help Scout."},
	"fault.InboxGone.do":             {"", "Ordnen Sie die Nummer einem anderen Postfach zu und wenden Sie die Einstellungen an.", "Associez le numéro à une autre boîte, puis appliquez les réglages.", "Asigne el número a otro buzón y aplique los ajustes."},
	"fault.InboxForbidden":           {"", "Der Benutzer hinter Help Scouts Token erreicht ein zugeordnetes Postfach nicht.", "L’utilisateur derrière le jeton de Help Scout n’a pas accès à une boîte associée.", "El usuario del token de Help Scout no llega a un buzón asignado."},
	"fault.InboxForbidden.do":        {"", "Geben Sie diesem Benutzer in Help Scout Zugriff auf das Postfach.", "Donnez à cet utilisateur l’accès à la boîte dans Help Scout.", "Dé a este usuario acceso al buzón en Help Scout."},
	"fault.Internal":                 {"", "Callscout stieß auf einen eigenen Fehler.", "Callscout a rencontré une erreur interne.", "Callscout tuvo un fallo propio."},
	"fault.Internal.do":              {"", "Lesen Sie die Meldung; vielleicht ist eine neuere Version nötig. Nichts geht verloren: wiederholen Sie nach der Aktualisierung.", "Lisez le message ; une version plus récente peut être nécessaire. Rien n’est perdu : réessayez après la mise à jour.", "Lea el mensaje; puede hacer falta una versión más reciente. No se pierde nada: reintente tras la actualización."},
}
