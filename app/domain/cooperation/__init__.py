"""How the cooperation begins: the joint first visit, and the rules that both sides agree on."""
