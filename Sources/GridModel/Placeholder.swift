enum GridModelPlaceholder {}
