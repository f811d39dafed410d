window._config = {
    "cognito": {
        "userPoolId": "eu-west-1_AbCdEfGhI",
        "userPoolClientId": "1h57kf5cpq17m0eml12EXAMPLE",
        "region": "eu-west-1"
    },
    "api": {
        "invokeUrl": ""
    }
};
