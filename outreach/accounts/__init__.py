"""Staff who sign in: users, roles, sessions, throttles, audit."""
