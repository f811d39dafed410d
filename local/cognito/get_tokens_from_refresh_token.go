package cognito

import "context"

type getTokensFromRefreshTokenInput struct {
	ClientID       string `json:"ClientId"`
	ClientSecret   string
	RefreshToken   string
	ClientMetadata metadata
}

type getTokensFromRefreshTokenOutput struct {
	AuthenticationResult *authenticationResult
}

// getTokensFromRefreshToken is the GetTokensFromRefreshToken operation.
func (s *Service) getTokensFromRefreshToken(_ context.Context, in getTokensFromRefreshTokenInput) (out getTokensFromRefreshTokenOutput, err error) {
	if err := validate(validClientID(in.ClientID)); err != nil {
		return out, err
	}
	p, c, err := s.clientByID(in.ClientID)
	if err != nil {
		return out, err
	}
	if err := c.checkSecret(in.ClientSecret); err != nil {
		return out, err
	}
	out.AuthenticationResult, err = s.refresh(p, c, in.RefreshToken)
	return out, err
}
