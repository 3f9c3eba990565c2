package desk

// roleWords are the roles, and what is told to who lacks one.
var roleWords = map[string][4]string{
	"role.view":    {"View", "Ansehen", "Lecture", "Ver"},
	"role.support": {"Support", "Support", "Support", "Soporte"},
	"role.admin":   {"Admin", "Admin", "Admin", "Admin"},

	"role.frame":       {"Role: {0}", "Rolle: {0}", "Rôle : {0}", "Rol: {0}"},
	"role.locked":      {"You can read this page. To change something, you need the role {0}.", "Sie können diese Seite lesen. Um etwas zu ändern, brauchen Sie die Rolle {0}.", "Vous pouvez lire cette page. Pour changer quelque chose, il vous faut le rôle {0}.", "Puede leer esta página. Para cambiar algo necesita el rol {0}."},
	"role.heading":     {"Your role does not allow this", "Ihre Rolle erlaubt das nicht", "Votre rôle ne le permet pas", "Su rol no lo permite"},
	"role.needs":       {"Nothing was changed. This needs the role {0}. You are signed in with the role {1}.", "Nichts wurde geändert. Dafür braucht man die Rolle {0}. Sie sind mit der Rolle {1} angemeldet.", "Rien n’a été changé. Il faut pour cela le rôle {0}. Vous êtes connecté avec le rôle {1}.", "No se cambió nada. Para esto se necesita el rol {0}. Su sesión tiene el rol {1}."},
	"role.who.admin":   {"Somebody with the role Admin can do it for you: whoever runs this Callscout, or gave you your access.", "Jemand mit der Rolle Admin kann es für Sie tun: wer dieses Callscout betreibt oder Ihnen den Zugang gegeben hat.", "Une personne qui a le rôle Admin peut le faire pour vous : celle qui exploite ce Callscout ou qui vous a donné votre accès.", "Alguien con el rol Admin puede hacerlo por usted: quien administra este Callscout o le dio el acceso."},
	"role.who.support": {"Somebody with the role Support or Admin can do it for you. Whoever gave you your access can also give you that role.", "Jemand mit der Rolle Support oder Admin kann es für Sie tun. Wer Ihnen den Zugang gegeben hat, kann Ihnen auch diese Rolle geben.", "Une personne qui a le rôle Support ou Admin peut le faire pour vous. La personne qui vous a donné votre accès peut aussi vous donner ce rôle.", "Alguien con el rol Soporte o Admin puede hacerlo por usted. Quien le dio el acceso también puede darle ese rol."},
	"role.who.view":    {"Ask whoever gave you your access for a role.", "Bitten Sie die Person, die Ihnen den Zugang gegeben hat, um eine Rolle.", "Demandez un rôle à la personne qui vous a donné votre accès.", "Pida un rol a quien le dio el acceso."},
}
