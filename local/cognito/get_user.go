package cognito

import "context"

type getUserOutput struct {
	Username       string
	UserAttributes []attributeType
}

// getUser is the GetUser operation.
func (s *Service) getUser(_ context.Context, in accessTokenInput) (out getUserOutput, err error) {
	who, err := s.whoIs(in.AccessToken)
	if err != nil {
		return out, err
	}
	return getUserOutput{who.user.Username, who.client.readable(who.user)}, nil
}
