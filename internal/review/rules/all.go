package rules

// All are the rules. A file that declares one and is not listed here fails a test.
func All() []Rule {
	return []Rule{
		poolSignInChanged, poolAliasChanged, poolCaseChanged,
		schemaAttributeChanged, schemaAttributeRemoved, schemaStandardAdded, schemaCustomRequired, schemaUntyped, schemaTooMany,
		mfaOffWithFactors, mfaWithoutFactor, mfaOnWithCodeSignIn, mfaOnWithPasskeys, mfaEmailNeedsSender,
		tierTooLow, passwordPolicyRefused, messageRefused, refreshFlowMissing, tokenValidityRefused, clientSettingRefused, domainRefused, domainRenamed,
		changeSetRefused, certificateRefused, functionTooLarge, exportInUse, parameterInUse, nameTaken, typeChanged, serviceTokenChanged,

		poolRemoved, poolOrphaned, poolProtected, poolProtectionLifted, poolRetainDropped, stackLeftBehind, terminationProtectionOff, groupRemoved,
		dataRemoved, dataRetainDropped, autoDeleteAdded,

		clientReplaced, clientRemoved, authFlowRemoved, refreshValidityCut, refreshRotationOn, passwordPolicyStricter,
		mfaRequired, mfaFactorRemoved, signUpClosed, verificationMethodChanged, verificationDomainDropped, verificationOff,
		accountRecoveryClosed, signInFactorRemoved, mailSenderDropped, identityProviderRemoved, callbackRemoved, oauthClosed, oauthGrantRemoved, triggerRemoved,

		bucketRemoved, distributionRemoved, distributionOff, aliasDropped, configKeyLost, cspNarrower, originAccessRemoved,
		listingDenied, routerRemoved, routingChanged, errorPageChanged, countriesClosed, releasesDeleted, publicationRemoved,
		siteExpires, siteArchived, outputRemoved, clientAttributeRemoved,

		policyDropped, schemaDropped, schemaTrap, tierOmitted, clientSettingReset, functionUnpublished, encryptionDefault,

		existenceShown, revocationOff, passwordPolicyWeaker, passwordFlowAdded, oauthOpened, threatProtectionOff,
		attributeCheckOff, mfaWeaker, customAttributeWritable, tokenValidityRaised, refreshRotationOff, signUpOpened, signInFactorAdded,
		cspWider, headersDropped, publicAccessOpened, policyWider, tlsLowered, httpAllowed, encryptionWeaker, versioningOff,
		logsOff, firewallOff,

		tierChanged, smsOn, priceClassChanged, firewallOn, dedicatedAddress, logRetentionChanged,

		firstDeployment,
		policyNarrower,
	}
}
