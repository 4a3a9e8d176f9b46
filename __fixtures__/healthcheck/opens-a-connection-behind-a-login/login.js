exports.requireLogin = (req, res, next) => res.sendStatus(401);
