enum ActorClusterPlaceholder {}
